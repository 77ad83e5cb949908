"""The answers of a published warehouse to the boards' questions, and why there is none."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from service_kpis.boards.board import BoardError, Tile
from service_kpis.summary import COMPLETE_FROM

Row = dict[str, Any]

REASONS = {
    "no_source": "No source: nothing that it is measured from has landed.",
    "pending": "Pending: no case has passed its waiting time yet.",
    "no_population": "Nobody to count in this period.",
    "small_n": "Too few cases to show.",
    "not_measured": "Not measured in what has landed.",
}


class Warehouse:
    """A published warehouse, open for reading. To be closed: who holds it open keeps seeing the old file."""

    def __init__(self, file: Path):
        self.file = file
        self.connection = duckdb.connect(file, read_only=True)

    def __enter__(self) -> "Warehouse":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def read(self, charts: Path) -> None:
        """Read what all tiles share: run, newest complete month, KPI definitions, names, landed rows."""
        for statement in duckdb.extract_statements(
            (charts / "shared" / "macros.sql").read_text(encoding="utf-8")
        ):
            self.connection.execute(statement)
        (self.facts,) = self.rows((charts / "shared" / "facts.sql").read_text(encoding="utf-8"))
        self.definitions = {row["kpi_id"]: row for row in self.rows("from marts.kpi_definitions")}
        self.names = dict(self._pairs("select channel, channel_name from core.dim_channels"))
        self.landed = dict(self._pairs("select table_name, landed_rows from quality.reconciliation"))

    def rows(self, sql: str, parameters: Row | None = None) -> list[Row]:
        """The rows of a query; parameters that it does not name are left out."""
        known = {name: (parameters or {})[name] for name in set(re.findall(r"\$(\w+)", sql))}
        cursor = self.connection.execute(sql, known or None)
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def answer(self, tile: Tile) -> tuple[list[Row], str]:
        """The rows of a tile; or none, and that this warehouse, of an older version, lacks their table."""
        always = {
            "month": self.facts["month"],
            "as_of": self.facts["as_of"],
            "mature_from": COMPLETE_FROM,
        }
        try:
            return self.rows(tile.sql.read_text(encoding="utf-8"), {**always, **tile.parameters}), ""
        except duckdb.CatalogException as error:
            return [], f"Not in this warehouse: {str(error).splitlines()[0]}"
        except duckdb.Error as error:
            raise BoardError(f"{tile.sql}: {error}") from error

    def why_empty(self, tile: Tile, rows: list[Row]) -> str:
        """Why a tile has nothing to draw; empty where it has."""
        if any(row.get("value") is not None for row in rows) or (rows and tile.draw == "table"):
            return ""
        absent = [table for table in tile.needs if not self.landed.get(table)]
        if absent:
            return f"No source: {' and '.join(absent)} did not land."
        reasons = {row.get("no_value_reason") for row in rows} - {None}
        if reasons:
            return " ".join(REASONS[reason] for reason in sorted(reasons))
        return tile.options.get("empty", "Nothing in this period.")

    def named(self, word: Any, names: Row | None = None) -> Any:
        """A key of the warehouse as people write it, by the tile's own names first."""
        if word in (names or {}):
            return names[word]
        if not isinstance(word, str):
            return word
        return self.names.get(word) or word.replace("_", " ")

    def _pairs(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()


def text_of(moment: date | datetime | None, grain: str = "month") -> str:
    """A day or an instant as people write it."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        return f"{moment.day} {moment:%b %Y, %H:%M}"
    return {"month": f"{moment:%b %Y}", "day": f"{moment.day} {moment:%b %Y}"}.get(
        grain
    ) or f"week of {moment.day} {moment:%b %Y}"
