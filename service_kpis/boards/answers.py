"""The answers of a published warehouse to the boards' questions, and why there is none."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from service_kpis.boards.board import BoardError, Tile
from service_kpis.engine import connect

Row = dict[str, Any]

NO_SOURCE = "No source"
REASONS = {
    "pending": "Pending: no case has passed its waiting time yet.",
    "no_population": "Nobody to count in this period.",
    "small_n": "Too few cases to show.",
    "not_measured": "Not measured in what has landed.",
}


class Warehouse:
    """A published warehouse, open for reading. To be closed: who holds it open keeps seeing the old file."""

    def __init__(self, file: Path):
        self.file = file
        self.connection = connect(file, read_only=True)

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
        always = {name: self.facts[name] for name in ("month", "as_of", "mature_from")}
        try:
            return self.rows(self._sql(tile), {**always, **tile.parameters}), ""
        except duckdb.CatalogException as error:
            return [], f"Not in this warehouse: {str(error).splitlines()[0]}"
        except duckdb.Error as error:
            raise BoardError(f"{tile.sql}: {error}") from error

    def _sql(self, tile: Tile) -> str:
        """The tile's SQL; where it asks for them, with the names of its KPI's family and measures in it."""
        sql = tile.sql.read_text(encoding="utf-8")
        if "{family}" not in sql:
            return sql
        kpi = self.definitions[tile.kpis[0]]
        measures = {name: kpi[f"{name}_measure"] for name in ("numerator", "denominator", "n")}
        pending = kpi["pending_measure"] or "0"
        return sql.format(**measures, family=kpi["family"], pending=pending, slice=tile.parameters["slice"])

    def why_empty(self, tile: Tile, rows: list[Row]) -> str:
        """Why a tile has nothing to draw; empty where it has."""
        absent = [table for table in tile.needs if not self.landed.get(table)]
        has_something = rows if tile.draw == "table" else any(row["value"] is not None for row in rows)
        if has_something and (not tile.needs or len(absent) < len(tile.needs)):
            return ""
        if absent:
            return _no_source(absent)
        reasons = {row.get("no_value_reason") for row in rows} - {None}
        if tile.kpis and (reasons or not self._has_source(tile.kpis[0])):
            return self.why_silent(tile.kpis[0], min(reasons, default="no_source"))
        return tile.options.get("empty", "Nothing in this period.")

    def why_silent(self, kpi: str, reason: str) -> str:
        """A KPI's reason for having no value, in words."""
        if reason == "no_source":
            return _no_source(self._sources(kpi))
        return REASONS[reason]

    def _sources(self, kpi: str) -> list[str]:
        return self.definitions[kpi]["source_tables"].split("|")

    def _has_source(self, kpi: str) -> bool:
        return any(self.landed.get(table) for table in self._sources(kpi))

    def named(self, word: Any, names: Row | None = None) -> Any:
        """A key of the warehouse as people write it, by the tile's own names first."""
        if word in (names or {}):
            return names[word]
        if not isinstance(word, str):
            return word
        return self.names.get(word) or word.replace("_", " ")

    def _pairs(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()


def _no_source(tables: list[str]) -> str:
    if len(tables) == 1:
        return f"{NO_SOURCE}: {tables[0]} did not land."
    return f"{NO_SOURCE}: none of {', '.join(tables)} has landed."


def text_of(moment: date | datetime | None, grain: str = "month") -> str:
    """A day or an instant as people write it."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        return f"{moment.day} {moment:%b %Y, %H:%M}"
    return {"month": f"{moment:%b %Y}", "day": f"{moment.day} {moment:%b %Y}"}.get(
        grain
    ) or f"week of {moment.day} {moment:%b %Y}"
