"""What boards show: one YAML file per board in charts/, one SQL file per question."""

from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from service_kpis.declared import declared

OPTIONS = {
    "colors", "columns", "dates", "empty", "grain", "interval", "label_width", "named_columns", "names",
    "order", "overlapping", "points", "rules", "tall", "target", "x_title", "zero",
}  # fmt: skip
"""What a drawing can be told besides."""
DRAWN = ("cards", "lines", "columns", "bars", "dots", "heatmap", "table")


class BoardError(Exception):
    """A board's file says something that cannot be understood."""


@dataclass(frozen=True)
class Tile:
    """One question, the SQL that answers it, and how the answer is drawn.

    The SQL names its columns as the drawing wants them (see vega.py); `parameters` are those of the SQL.
    `kpis` and `says` are its definition, `needs` the landing tables without which there is no answer,
    `counts` what n counts. `options` are the drawing's own.
    """

    id: str
    title: str
    draw: str
    sql: Path
    parameters: dict[str, Any] = field(default_factory=dict)
    kpis: tuple[str, ...] = ()
    says: str = ""
    needs: tuple[str, ...] = ()
    unit: str = ""
    counts: str = ""
    note: str = ""
    wide: bool = False
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Board:
    id: str
    title: str
    question: str
    sections: tuple[Section, ...]

    @cached_property
    def tiles(self) -> list[Tile]:
        return [tile for section in self.sections for tile in section.tiles]


def read_boards(folder: Path) -> list[Board]:
    """The boards of a folder, in the order of its file order.yml. Raises BoardError."""
    order = declared(folder / "order.yml")
    return [_board(folder / f"{name}.yml") for name in order]


def _board(file: Path) -> Board:
    try:
        content = declared(file)
        sections = tuple(
            Section(section["title"], tuple(_tile(entry, file) for entry in section["tiles"]))
            for section in content["sections"]
        )
        return Board(file.stem, content["title"], content["question"], sections)
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise BoardError(f"{file}: {error!r}") from error


def _tile(entry: dict[str, Any], file: Path) -> Tile:
    """One tile; an entry `cards: [...]` is one too, whose answer is a card per KPI."""
    if "cards" in entry:
        kpis = entry["cards"]
        return Tile(
            id=f"cards-{kpis[0]}",
            title="",
            draw="cards",
            sql=file.parent / "shared" / "cards.sql",
            parameters={"kpis": kpis},
            kpis=tuple(kpis),
            wide=True,
        )
    known = {each.name for each in fields(Tile)} - {"kpis", "needs", "sql", "parameters", "options"}
    options = {key: value for key, value in entry.items() if key in OPTIONS}
    entry = {key: value for key, value in entry.items() if key not in OPTIONS}
    parameters = entry.pop("with", {})
    kpis = entry.pop("kpis", parameters.get("kpis", ()))
    needs = entry.pop("needs", ())
    sql = entry.pop("sql", f"{file.stem}/{entry['id']}")
    if unknown := entry.keys() - known:
        raise BoardError(f"{file}: tile {entry['id']} has unknown keys: {', '.join(sorted(unknown))}")
    if entry["draw"] not in DRAWN:
        raise BoardError(f"{file}: tile {entry['id']} cannot be drawn as {entry['draw']}")
    if not kpis and "says" not in entry:
        raise BoardError(f"{file}: tile {entry['id']} has no definition: neither kpis nor says")
    return Tile(
        sql=file.parent / f"{sql}.sql",
        parameters=parameters,
        kpis=tuple(kpis),
        needs=tuple(needs),
        options=options,
        **entry,
    )
