"""The landing contract, read from the dbt source YAML where its columns, types and required flags stand."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

MODELS = Path(__file__).resolve().parents[2] / "models" / "staging" / "landing"

# Tables whose rows are keyed by more than their first required column.
LONGER_KEYS = {"agent_training": ("agent_id", "course_id"), "costs": ("cost_month", "pool")}


@dataclass(frozen=True)
class Column:
    """One column of the contract; `type` is varchar, timestamp, double, bigint, boolean or date.

    `vocabulary`: which words of the word map it holds; `decides_kpis`: an unknown one leaves KPIs unmeasured.
    """

    name: str
    type: str
    is_required: bool = False
    is_personal: bool = False
    vocabulary: str | None = None
    decides_kpis: bool = False


@dataclass(frozen=True)
class Table:
    """One table of the contract, its columns in the contract's order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def has_source_system(self) -> bool:
        """Whether its rows say which system they come from."""
        return any(column.name == "source_system" for column in self.columns)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns whose values, joined with `|`, name a row to a person who looks for it."""
        first_required = next(column.name for column in self.columns if column.is_required)
        return LONGER_KEYS.get(self.name, (first_required,))


@cache
def landing_tables() -> dict[str, Table]:
    """The twelve landing tables by name."""
    return {table.name: table for path in sorted(MODELS.glob("_landing__*.yml")) for table in _tables(path)}


def tables_with(column: str) -> list[str]:
    """The landing tables that have the column."""
    tables = landing_tables().values()
    return [table.name for table in tables if any(column == own.name for own in table.columns)]


@cache
def note_tables() -> dict[str, Table]:
    """The tables in which the loader notes what it did: landed_files and load_rejects."""
    return {table.name: table for table in _tables(MODELS / "_loads.yml")}


def _tables(path: Path) -> list[Table]:
    sources = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    return [
        Table(table["name"], tuple(_column(column) for column in table["columns"]))
        for source in sources
        for table in source["tables"]
    ]


def _column(column: dict) -> Column:
    meta = column.get("config", {}).get("meta", {})
    return Column(
        column["name"],
        column["data_type"],
        meta.get("required", False),
        meta.get("pii", False),
        meta.get("vocabulary"),
        meta.get("decides_kpis", False),
    )
