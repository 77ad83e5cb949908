"""The landing contract and the tables of vendors, read from the dbt source YAML where their columns stand."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import duckdb

from service_kpis.declared import declared

STAGING = Path(__file__).resolve().parents[2] / "models" / "staging"
MODELS = STAGING / "landing"
RAW = "raw"

WORD_LIMIT_CHARACTERS = 1_000
"""No id or word of the contract is longer; what is, is a body, which nobody reads."""

# Tables whose rows are keyed by more than their first required column.
LONGER_KEYS = {"agent_training": ("agent_id", "course_id"), "costs": ("cost_month", "pool")}


@dataclass(frozen=True)
class Column:
    """One column of the contract; `type` is varchar, timestamp, double, bigint, boolean or date.

    `vocabulary`: which words of the word map it holds; `decides_kpis`: an unknown one leaves KPIs unmeasured.
    Of a vendor's table: `places` are where the value may stand, the first that landed is taken (a column, a
    path in a JSON column, `^` before one of the parent's); `is_present`: only whether a value stands there is
    kept; `only_where`: it is kept in rows whose other column holds one of these words.
    """

    name: str
    type: str
    is_required: bool = False
    is_personal: bool = False
    vocabulary: str | None = None
    decides_kpis: bool = False
    places: tuple[str, ...] = ()
    is_present: bool = False
    only_where: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def limit(self) -> int:
        """How many characters a text of it has at most; vendors write whole weeks of hours into a log."""
        return 10 * WORD_LIMIT_CHARACTERS if self.places else WORD_LIMIT_CHARACTERS


@dataclass(frozen=True)
class Table:
    """One table of the contract or of a vendor, its columns in their order.

    `rows_of`: where the table did not land, its rows are the elements of this array, PARENT.COLUMN; `shape`:
    how whoever lands such a table lands the others; `without`: what is not known where it did not land.
    """

    name: str
    columns: tuple[Column, ...]
    schema: str = RAW
    rows_of: str | None = None
    shape: str | None = None
    without: str | None = None

    @property
    def place(self) -> str:
        """Where it stands in the build, an SQL name."""
        return f'{self.schema}."{self.name}"'

    @property
    def title(self) -> str:
        """What it is called where it is spoken of; a vendor's tables bear the vendor's name."""
        return self.name if self.schema == RAW else f"{self.schema.removeprefix(f'{RAW}_')}.{self.name}"

    @property
    def has_source_system(self) -> bool:
        """Whether its rows say which system they come from."""
        return any(column.name == "source_system" for column in self.columns)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns whose values, joined with `|`, name a row to a person who looks for it."""
        required = tuple(column.name for column in self.columns if column.is_required)
        return required if self.schema != RAW else LONGER_KEYS.get(self.name, required[:1])


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


@cache
def vendors() -> list[str]:
    """The vendors whose tables are read as they land: those with a folder of staging models."""
    return sorted(path.name for path in STAGING.iterdir() if path.is_dir() and path != MODELS)


@cache
def vendor_tables(vendor: str) -> dict[str, Table]:
    """A vendor's tables by name; each row says which source system it comes from."""
    system = Column("source_system", "varchar")
    return {
        table.name: replace(table, columns=(system, *map(_placed, table.columns)), schema=f"{RAW}_{vendor}")
        for path in sorted((STAGING / vendor).glob(f"_{vendor}__*.yml"))
        for table in _tables(path)
    }


def _placed(column: Column) -> Column:
    return replace(column, places=column.places or (column.name,))


def known_tables() -> dict[str, Table]:
    """All tables by the title under which a load speaks of them."""
    tables = [*landing_tables().values(), *(t for v in vendors() for t in vendor_tables(v).values())]
    return {table.title: table for table in tables}


def loaded_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """The known tables that are there."""
    found = connection.execute("SELECT table_schema, table_name FROM information_schema.tables").fetchall()
    return [table for table in known_tables().values() if (table.schema, table.name) in {*found}]


def _tables(path: Path) -> list[Table]:
    sources = declared(path)["sources"]
    return [_table(table) for source in sources for table in source["tables"]]


def _table(table: dict) -> Table:
    meta = table.get("config", {}).get("meta", {})
    return Table(
        table["name"],
        tuple(_column(column) for column in table["columns"]),
        rows_of=meta.get("rows_of"),
        shape=meta.get("shape"),
        without=meta.get("without"),
    )


def _column(column: dict) -> Column:
    meta = column.get("config", {}).get("meta", {})
    return Column(
        column["name"],
        column["data_type"],
        meta.get("required", False),
        meta.get("pii", False),
        meta.get("vocabulary"),
        meta.get("decides_kpis", False),
        tuple(meta.get("from", ())),
        meta.get("is_present", False),
        tuple((name, tuple(map(str.lower, words))) for name, words in meta.get("only_where", {}).items()),
    )
