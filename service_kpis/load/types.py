"""Text becomes types: the SQL expressions that do it, and the types that need no parsing."""

import re

from service_kpis.load.contract import Column
from service_kpis.load.sql import utc
from service_kpis.load.zones import Zones

_DAY = r"\d{4}-\d\d-\d\d"
_TIME = r"[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?"
_OFFSET = r"(Z| ?[+-]([01]\d|2[0-3])(:?[0-5]\d)?)"
_WHOLE = r"[+-]?\d+(\.0*)?"
_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_MONTH = r"\d{4}-\d\d(-\d\d)?"

TEXT = "TEXT"
"""The type of what stands in a text file: DuckDB calls the type of a typed source's text VARCHAR."""

# Source types that become a contract type by a cast that cannot fail.
_FREE = {
    "varchar": r".*",
    "boolean": r"BOOLEAN",
    "bigint": r"(TINY|SMALL|BIG)?INT|INTEGER|UTINYINT|USMALLINT|UINTEGER|BIGINT",
    "double": r"DOUBLE|FLOAT|DECIMAL.*|U?(TINY|SMALL|BIG|HUGE)?INT|U?INTEGER",
    "timestamp": r"TIMESTAMP.*",
    "date": r"(?!)",
}


def is_free(source_type: str, contract_type: str) -> bool:
    """Whether a column of DuckDB type `source_type` needs no parsing to become `contract_type`."""
    return re.fullmatch(_FREE[contract_type], source_type) is not None


def cast(column: str, source_type: str, contract_type: str, zones: Zones, system: str) -> str:
    """SQL for a column for which `is_free` holds. Text of a typed source stays as it is: staging trims it."""
    if source_type == TEXT:
        return text(column, source_type, contract_type)
    if contract_type == "timestamp":
        is_instant = source_type in ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS")
        return utc(f"{column}::TIMESTAMPTZ") if is_instant else zones.to_utc(f"{column}::TIMESTAMP", system)
    if contract_type == "varchar" and source_type in ("DOUBLE", "FLOAT"):
        # Whole-number ids with gaps arrive as floats from data frames.
        whole = f"CASE WHEN {column} = trunc({column}) THEN try_cast({column} AS BIGINT) END"
        # Not = 'nan', nor isnan: DuckDB 2.0 answers both from Parquet's statistics, which know no NaN.
        return f"CASE WHEN isfinite({column}) THEN coalesce({whole}::VARCHAR, {column}::VARCHAR) END"
    return column if source_type == contract_type.upper() else f"{column}::{contract_type.upper()}"


def text(column: str, source_type: str, contract_type: str) -> str:
    """SQL for a column's text, ready for `parse`: trimmed of blanks (not of tabs), NULL where empty."""
    if contract_type == "date" and source_type.startswith("TIMESTAMP"):
        column = f"{column}::DATE"
    if contract_type == "double" and source_type == "FLOAT":
        # As a cast has it: 20.1 of so many bits is 20.100000381469727.
        column = f"{column}::DOUBLE"
    return f"nullif(trim({column}::VARCHAR), '')"


def is_long(text: str, column: Column) -> str:
    """SQL for whether a text is longer than any of the column."""
    return f"(length({text}) > {column.limit})"


def short(text: str, column: Column) -> str:
    """SQL for a text, NULL where it is too long."""
    return f"CASE WHEN NOT {is_long(text, column)} THEN {text} END"


def parse(text: str, contract_type: str, zones: Zones, system: str) -> str:
    """SQL that turns `text` (trimmed, never empty) into a contract type; NULL where it cannot, save for
    what `within_range` takes out.

    A timestamp with an offset is that instant, without one a wall time of the row's source system (see
    `Zones.to_utc`), a day alone its midnight, 24:00 the next day's; what is finer than a microsecond is cut.
    Results are naive UTC.
    """
    if contract_type == "timestamp":
        glued = f"replace(replace({text}, ' +', '+'), ' -', '-')"
        return (
            f"CASE WHEN {_matches(text, f'{_DAY}({_TIME})?')}"
            f" THEN {zones.to_utc(f'try_cast({text} AS TIMESTAMP)', system)}"
            f" WHEN {_matches(text, _DAY + _TIME + _OFFSET)}"
            f" THEN {utc(f'try_cast({glued} AS TIMESTAMPTZ)')} END"
        )
    if contract_type == "boolean":
        return (
            f"CASE WHEN {_matches(text, '(?i)true|t|yes|y|1([.]0)?')} THEN true"
            f" WHEN {_matches(text, '(?i)false|f|no|n|0([.]0)?')} THEN false END"
        )
    if contract_type == "bigint":
        return f"CASE WHEN {_matches(text, _WHOLE)} THEN try_cast(split_part({text}, '.', 1) AS BIGINT) END"
    if contract_type == "double":
        return f"CASE WHEN {_matches(text, _NUMBER)} THEN try_cast({text} AS DOUBLE) END"
    if contract_type == "date":
        day = f"CASE length({text}) WHEN 7 THEN {text} || '-01' ELSE {text} END"
        return (
            f"CASE WHEN {_matches(text, _MONTH)} THEN date_trunc('month', try_cast({day} AS DATE))::DATE END"
        )
    raise ValueError(f"no text is parsed as {contract_type}")


def within_range(value: str, contract_type: str) -> str:
    """SQL that makes a parsed value NULL where it is infinite, or an instant outside the years 1 to 9999."""
    if contract_type == "timestamp":
        last = "TIMESTAMP '9999-12-31 23:59:59.999999'"
        return f"CASE WHEN {value} BETWEEN TIMESTAMP '0001-01-01' AND {last} THEN {value} END"
    if contract_type == "double":
        return f"CASE WHEN isfinite({value}) THEN {value} END"
    return value


def _matches(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, '{pattern}')"
