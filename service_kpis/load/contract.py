"""The landing contract and the tables of vendors, read from the dbt source YAML where their columns stand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import duckdb
import yaml

from service_kpis.declared import declared
from service_kpis.errors import CannotStart

STAGING = Path(__file__).resolve().parents[2] / "models" / "staging"
MODELS = STAGING / "landing"
RAW = "raw"

WORD_LIMIT_CHARACTERS = 1_000
"""No id or word of the contract is longer; what is, is a body, which nobody reads."""

SPLIT_KEYS = (("_dlt_parent_id", "_dlt_id"), ("_sdc_source_key_id", "id"))
"""The column by which a row that a loader split off names the row that it was in, and the column named so."""

SPLIT_VALUE = "value"
"""The column of a list's items that a loader split off."""

TYPES = ("varchar", "timestamp", "double", "bigint", "boolean", "date")

# What may be said of a table and of a column under meta.
_OF_TABLE = ("from", "rows_of", "shape", "without")
_OF_COLUMN = (
    *("required", "pii", "vocabulary", "decides_kpis", "planned"),
    *("from", "is_present", "only_where", "list"),
)

# Tables whose rows are keyed by more than their first required column.
LONGER_KEYS = {"agent_training": ("agent_id", "course_id"), "costs": ("cost_month", "pool")}


@dataclass(frozen=True)
class Column:
    """One column of the contract; `type` is varchar, timestamp, double, bigint, boolean or date.

    `vocabulary`: which words of the word map it holds; `decides_kpis`: an unknown one leaves KPIs unmeasured.
    Of a vendor's table: `places` are where the value may stand, the first that landed is taken (a column, a
    path in an object, `^` before one of the parent's); `is_present`: only whether a value stands there is
    kept; `only_where`: it is kept in rows whose other column holds one of these words; `is_list`: a list, of
    which loaders make a table.
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
    is_list: bool = False
    description: str = ""

    @property
    def limit(self) -> int:
        """How many characters a text of it has at most; vendors write whole weeks of hours into a log."""
        return 10 * WORD_LIMIT_CHARACTERS if self.places else WORD_LIMIT_CHARACTERS


@dataclass(frozen=True)
class Table:
    """One table of the contract or of a vendor, its columns in their order.

    `landed_as`: the names under which it lands, if not its own; `rows_of`: where it did not land, its rows
    are the elements of this array, PARENT.PATH; `shape`: how whoever lands such a table lands the others;
    `without`: what is not known where neither it landed nor another one with the same words.
    """

    name: str
    columns: tuple[Column, ...]
    schema: str = RAW
    landed_as: tuple[str, ...] = ()
    rows_of: str | None = None
    shape: str | None = None
    without: str | None = None

    @property
    def parent(self) -> str | None:
        """The table in an array of which its rows may lie."""
        return self.rows_of.split(".")[0] if self.rows_of else None

    @property
    def array(self) -> str:
        """The place of that array."""
        return (self.rows_of or "").partition(".")[2]

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


def split_name(table: str, place: str) -> str:
    """The table that a loader makes of the arrays at a place of another one."""
    return f"{table}__{place.replace('.', '__')}"


def names_of(name: str, tables: Mapping[str, Table]) -> tuple[str, ...]:
    """The names under which a vendor's table may land: the first that is there is read.

    A table of which only an array is read need not be declared.
    """
    if name not in tables:
        return (name,)
    table = tables[name]
    parents = names_of(table.parent, tables) if table.parent else ()
    split_off = (split_name(parent, table.array) for parent in parents)
    return tuple(dict.fromkeys([*(table.landed_as or (name,)), *split_off]))


def roots(place: str) -> Iterator[tuple[str, list[str]]]:
    """The columns in which the value of a place may stand, with its path in their JSON, the longest first.

    Loaders flatten objects as far as they like: a.b.c is the column a__b__c, c in a__b, or b.c in a.
    """
    parts = place.split(".")
    for taken in range(len(parts), 0, -1):
        yield "__".join(parts[:taken]), parts[taken:]


def read_columns(tables: dict[str, Table]) -> dict[str, set[str]]:
    """What is read of a vendor: by the names under which tables land, their columns in small letters."""
    below, above = (set(keys) for keys in zip(*SPLIT_KEYS, strict=True))
    read: dict[str, set[str]] = {name: set() for table in tables for name in names_of(table, tables)}
    for table in tables.values():
        lists = [column for column in table.columns if column.is_list]
        for name in names_of(table.name, tables):
            read[name] |= _roots(column.places for column in table.columns)
            read[name] |= (below if table.parent else set()) | (above if lists else set())
            for column in lists:
                read |= {split_name(name, place): {SPLIT_VALUE, *below} for place in column.places}
        if table.parent:
            inherited = [[place[1:] for place in c.places if place.startswith("^")] for c in table.columns]
            for name in names_of(table.parent, tables):
                read.setdefault(name, set()).update(_roots([*inherited, [table.array]]) | above)
    return read


def _roots(places: Iterable[Iterable[str]]) -> set[str]:
    return {root.lower() for each in places for place in each for root, _ in roots(place)}


def known_tables() -> dict[str, Table]:
    """All tables by the title under which a load speaks of them."""
    tables = [*landing_tables().values(), *(t for v in vendors() for t in vendor_tables(v).values())]
    return {table.title: table for table in tables}


def loaded_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """The known tables that are there."""
    found = connection.execute("SELECT table_schema, table_name FROM information_schema.tables").fetchall()
    return [table for table in known_tables().values() if (table.schema, table.name) in {*found}]


def _tables(path: Path) -> list[Table]:
    """The tables that a source YAML declares. Raises CannotStart where it says what nobody reads."""
    place = f"models/staging/{path.parent.name}/{path.name}"
    try:
        tables = [table for source in declared(path)["sources"] for table in source["tables"]]
        faults = [fault for table in tables for fault in _faults(table)]
    except yaml.YAMLError as error:
        raise CannotStart(f"{place} is no YAML: {' '.join(str(error).split())}") from error
    except (AttributeError, KeyError, TypeError) as error:
        raise CannotStart(
            f"{place} is no list of sources with tables, each with a name and columns"
        ) from error
    if faults:
        raise CannotStart(f"{place}: {'; '.join(faults)}")
    return [_table(table) for table in tables]


def _faults(table: dict) -> Iterator[str]:
    """What nobody would read of a declared table, or read as something else."""
    names = [column["name"] for column in table["columns"]]
    for title, about, known in [
        (table["name"], table, _OF_TABLE),
        *((f"{table['name']}.{column['name']}", column, _OF_COLUMN) for column in table["columns"]),
    ]:
        meta = about.get("config", {}).get("meta", {})
        if "meta" in about:
            yield f"{title}: meta stands in config: config: {{meta: …}}"
        for word in meta:
            if word not in known:
                yield f"{title}: meta {word} is none of {', '.join(known)}"
        for word, value in {"from": meta.get("from", []), **meta.get("only_where", {})}.items():
            if not isinstance(value, list):
                yield f"{title}: {word} is a list: {word}: [{value}]"
        for name in meta.get("only_where", {}):
            if name not in names:
                yield f"{title}: only_where names {name}, which is no column of {table['name']}"
        if known is _OF_COLUMN and about.get("data_type") not in TYPES:
            yield f"{title}: data_type {about.get('data_type')} is none of {', '.join(TYPES)}"


def _table(table: dict) -> Table:
    meta = table.get("config", {}).get("meta", {})
    return Table(
        table["name"],
        tuple(_column(column) for column in table["columns"]),
        landed_as=tuple(meta.get("from", ())),
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
        meta.get("list", False),
        column.get("description", ""),
    )
