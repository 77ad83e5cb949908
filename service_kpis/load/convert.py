"""The SQL that turns a relation into rows of a raw table, and what could not be turned into rejects."""

from collections.abc import Iterable

from service_kpis.load import guard
from service_kpis.load.contract import Column, Table
from service_kpis.load.files import DELETED
from service_kpis.load.nobody import CUT, EXPONENT, told, told_reference
from service_kpis.load.relations import Relation
from service_kpis.load.sql import named, quoted
from service_kpis.load.types import cast, is_long, parse, short, text, within_range
from service_kpis.load.zones import Zones

DEFECTS = "defects__"
_DEFECT_TYPE = (
    "STRUCT(column_name VARCHAR, value_text VARCHAR, row_key VARCHAR, rule VARCHAR, severity VARCHAR)[]"
)
# A key that a spreadsheet has rounded is another row's as well.
_SHORTENED = f"{EXPONENT}|{CUT}"
_NOT_DELETED = ("", "false", "f", "no", "n", "0", "0.0")
_IS_REFUSED = f"{DEFECTS}[1].severity = 'row'"
_SHOWN_DEFECT = (
    "CASE WHEN defect IS NOT NULL THEN struct_update(defect, value_text := shown(defect.value_text)) END"
)


def columns_sql(table: Table, *extra: str) -> str:
    """The column list of a CREATE TABLE statement."""
    return ", ".join([*(f"{named(column.name)} {column.type}" for column in table.columns), *extra])


def create_parsed(table: Table, target: str) -> str:
    """Create the table that `insert_parsed` fills: with one column more, for what could not be parsed."""
    columns = columns_sql(
        table, "landed_file_name VARCHAR", "landed_line_number BIGINT", f"{DEFECTS} {_DEFECT_TYPE}"
    )
    return f"CREATE TABLE {target} ({columns})"


def select_typed(relation: Relation, zones: Zones) -> str:
    """Rows of a typed relation, for a view."""
    texts = {name: f"{named(source.name)}::VARCHAR" for name, source in relation.columns.items()}
    columns = (
        f"{_kept(column, _cast(relation, column, zones), texts)} AS {named(column.name)}"
        for column in relation.table.columns
    )
    return (
        f"SELECT {', '.join(columns)}, {relation.file} AS landed_file_name,"
        f" {relation.line} AS landed_line_number FROM {relation.sql}"
    )


def insert_parsed(relation: Relation, target: str, zones: Zones) -> str:
    """Insert a relation's rows, each with its defects: text, short, parsed, safe, anonymous, judged.

    Nothing is made of a text that is too long, whatever it holds: what it takes to read a text grows with it.
    """
    parsed = [column for column in relation.table.columns if relation.is_parsed(column)]
    texts = [column for column in relation.table.columns if relation.is_text(column)]
    system = _system("source_system" if relation.table.has_source_system else None)
    safe = [*map(_ranged, parsed), *(_guarded(column, system) for column in texts)]
    anonymous = guard.unless_erased(relation.table)
    identities = [column for column in texts if guard.is_identity(column)]
    return f"""
        INSERT INTO {target}
        WITH texts AS (
            SELECT
                {_comma(_text_or_cast(relation, column, zones) for column in relation.table.columns)},
                {_is_deleted(relation)} AS {DELETED},
                {relation.file} AS landed_file_name,
                {relation.line} AS landed_line_number
            FROM {relation.sql}
        ),
        short AS (
            SELECT
                * REPLACE ({_comma(_short(relation.table, column, texts) for column in texts)}),
                {_comma(_long(column, texts) for column in texts)}
            FROM texts
        ),
        parsed AS (
            SELECT
                {_comma(["*", *(_parsed(column, zones, system) for column in parsed)])}
                {"".join(f", {_nobody(column)}" for column in identities)}
            FROM short
        ),
        safe AS (
            SELECT * REPLACE ({_comma(safe)}) FROM parsed
        ),
        anonymous AS (
            SELECT * {f"REPLACE ({anonymous})" if anonymous else ""} FROM safe
        ),
        judged AS (
            SELECT *, {_defects(relation.table, parsed, texts)} AS {DEFECTS} FROM anonymous
        )
        SELECT
            {_comma(_unless_refused(column, texts) for column in relation.table.columns)},
            landed_file_name, landed_line_number, list_transform({DEFECTS}, lambda defect: {_SHOWN_DEFECT})
        FROM judged
    """


def reject_unparseable(table: Table, target: str) -> list[str]:
    """Note the defects in `target` as rejects, take out the rows refused, and the column that held them."""
    system = "source_system" if table.has_source_system else "NULL"
    return [
        f"""
        INSERT INTO raw.load_rejects BY NAME
        SELECT
            {quoted(table.title)} AS table_name, {system} AS source_system,
            landed_file_name, landed_line_number, defect.row_key, defect.column_name, defect.value_text,
            defect.rule, defect.severity
        FROM (SELECT *, unnest({DEFECTS}) AS defect FROM {target} WHERE {DEFECTS} IS NOT NULL)
        WHERE defect IS NOT NULL
        ORDER BY landed_file_name, landed_line_number
        """,
        f"DELETE FROM {target} WHERE {_IS_REFUSED}",
        f"ALTER TABLE {target} DROP COLUMN {DEFECTS}",
    ]


def _text_or_cast(relation: Relation, column: Column, zones: Zones) -> str:
    """A column as it landed; of a text that is too long so much that it can be told."""
    if relation.is_parsed(column):
        source = relation.columns[column.name]
        return f"{_cut(text(named(source.name), source.type, column.type), column)} AS {_text_of(column)}"
    value = _cast(relation, column, zones)
    return f"{_cut(value, column) if relation.is_text(column) else value} AS {named(column.name)}"


def _cut(value: str, column: Column) -> str:
    return f"left({value}, {column.limit + 1})"


def _cast(relation: Relation, column: Column, zones: Zones) -> str:
    """A column that is not parsed, as its contract type; NULL where the source lacks it."""
    source = relation.columns.get(column.name)
    if source is None:
        return f"NULL::{column.type}"
    system = relation.columns.get("source_system")
    return cast(named(source.name), source.type, column.type, zones, _system(system and system.name))


def _short(table: Table, column: Column, texts: list[Column]) -> str:
    """A text as it is kept and reads; of one that is too long only what a row is found by."""
    name = named(column.name)
    value = name if column in _key(table) else short(name, column)
    kept = _kept(column, value, {other.name: named(other.name) for other in texts})
    return f"{guard.told(column, kept)} AS {name}"


def _long(column: Column, texts: list[Column]) -> str:
    """Whether a text that serves is too long."""
    flag = guard.serving(
        column, is_long(named(column.name), column), {other.name: named(other.name) for other in texts}
    )
    return f"{flag} AS {_long_of(column)}"


def _kept(column: Column, value: str, texts: dict[str, str]) -> str:
    """What of a value may stay: no word for nothing, and only where it serves."""
    # Of an identifier that names nobody it is said that it does.
    if column.type == "varchar" and not guard.is_identity(column):
        # In a vendor's table -1 is the system, and 0 what the vendor's models take it for.
        is_reference = column.name.endswith("_id") and not (column.is_required or column.places)
        value = told_reference(value) if is_reference else told(value)
    return guard.serving(column, value, texts)


def _parsed(column: Column, zones: Zones, system: str) -> str:
    value = parse(_text_of(column), column.type, zones, system)
    return f"CASE WHEN NOT {is_long(_text_of(column), column)} THEN {value} END AS {named(column.name)}"


def _ranged(column: Column) -> str:
    return f"{within_range(named(column.name), column.type)} AS {named(column.name)}"


def _guarded(column: Column, system: str) -> str:
    return f"{guard.guarded(column, named(column.name), system)} AS {named(column.name)}"


def _unless_refused(column: Column, texts: list[Column]) -> str:
    """A refused row's values may stand in the wrong columns: its words are not even written, nor is what
    was cut."""
    name = named(column.name)
    if column not in texts:
        return name
    return f"CASE WHEN {_IS_REFUSED if guard.is_word(column) else _long_of(column)} THEN NULL ELSE {name} END"


def _system(column: str | None) -> str:
    return f"nullif(trim({named(column)}::VARCHAR), '')" if column else "NULL"


def _is_deleted(relation: Relation) -> str:
    """Whether a row was deleted at its source: a flag is set, or an instant is there."""
    if not (source := relation.columns.get(DELETED)):
        return "false"
    words = ", ".join(map(quoted, _NOT_DELETED))
    return f"coalesce(lower(trim({told(f'{named(source.name)}::VARCHAR')})), '') NOT IN ({words})"


def _nobody(column: Column) -> str:
    """Whether there stands an identifier that is none."""
    value = named(column.name)
    is_told = f"nullif(trim({value}), '') IS NOT NULL"
    return f"({is_told} AND {guard.is_nobodys(column, value)}) AS {_nobody_of(column)}"


def _defects(table: Table, parsed: list[Column], texts: list[Column]) -> str:
    """A refused row has one defect, its first; any other row one for each value that became NULL."""
    is_broken = {
        column: f"({_text_of(column)} IS NOT NULL AND {named(column.name)} IS NULL)" for column in parsed
    }
    key = _comma(
        f"shown({_text_of(column)})" if column in parsed else named(column.name) for column in _key(table)
    )

    def defect(column: Column | None, severity: str, rule: str, value: str = "NULL::VARCHAR") -> str:
        parts = {
            "column_name": quoted(column.name) if column else "NULL::VARCHAR",
            "value_text": f"left({value}, 200)",
            "row_key": f"left(nullif(concat_ws('|', {key or 'NULL'}), ''), 200)",
            "rule": quoted(rule),
            "severity": quoted(severity),
        }
        return f"{{{_comma(f'{quoted(name)}: {part}' for name, part in parts.items())}}}"

    cases = [f"WHEN {DELETED} THEN [{defect(None, 'row', 'deleted_at_source')}]"]
    for column in parsed:
        if column.is_required:
            unparseable = defect(column, "row", "unparseable", _text_of(column))
            cases.append(f"WHEN {is_broken[column]} THEN [{unparseable}]")
    for column in table.columns:
        if column.is_required and column.places:
            cases.append(f"WHEN {named(column.name)} IS NULL THEN [{defect(column, 'row', 'missing')}]")
    for column in texts:
        cases.append(f"WHEN {_long_of(column)} THEN [{defect(column, 'row', 'oversized_text')}]")
        if column.is_required and column.name.endswith("_id"):
            value = named(column.name)
            shortened = defect(column, "row", "shortened_number", value)
            cases.append(f"WHEN regexp_full_match({value}, {quoted(_SHORTENED)}) THEN [{shortened}]")
    values = {
        **{
            is_broken[column]: defect(column, "value", "unparseable", _text_of(column))
            for column in parsed
            if not column.is_required
        },
        **{
            _nobody_of(column): defect(column, "value", "nobody")
            for column in texts
            if guard.is_identity(column)
        },
    }
    if values:
        found = (f"CASE WHEN {condition} THEN {defect} END" for condition, defect in values.items())
        cases.append(f"WHEN {' OR '.join(values)} THEN [{_comma(found)}]")
    return f"CASE {' '.join(cases)} END"


def _key(table: Table) -> list[Column]:
    return [column for column in table.columns if column.name in table.key]


def _text_of(column: Column) -> str:
    return named(f"{column.name}__text")


def _long_of(column: Column) -> str:
    return named(f"{column.name}__long")


def _nobody_of(column: Column) -> str:
    return named(f"{column.name}__nobody")


def _comma(items: Iterable[str]) -> str:
    return ", ".join(items)
