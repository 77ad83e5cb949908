"""How DuckDB is opened: within the memory that a run may take, and with no way to any other file."""

import os
import re
from pathlib import Path

import duckdb

from service_kpis.errors import CannotStart

SETTINGS = {"autoinstall_known_extensions": "false", "TimeZone": "UTC"}
_AMOUNT = re.compile(r"\d+(\.\d+)?\s*([KMGT]i?B|%)", re.IGNORECASE)


def memory_limit() -> str:
    """DuckDB's memory_limit for all steps of a run, like `8GB` or `60%`; the profile has the same default.

    Raises CannotStart where SERVICE_KPIS_MEMORY is none.
    """
    limit = os.environ.get("SERVICE_KPIS_MEMORY", "4GB")
    try:
        # DuckDB takes some other texts too, for which it knows no limit at all.
        if _AMOUNT.fullmatch(limit.strip()):
            with duckdb.connect(config={"memory_limit": limit}) as connection:
                connection.execute("select current_setting('memory_limit')").fetchall()
            return limit
    except duckdb.Error:
        pass
    raise CannotStart(f"SERVICE_KPIS_MEMORY is {limit!r}: expected an amount of memory such as 4GB or 60%")


def connect(
    file: Path | str = ":memory:", *, read_only: bool = False, reads_files: bool = False, **settings: str
) -> duckdb.DuckDBPyConnection:
    """A connection that can reach no file but this one, unless it `reads_files`. Raises duckdb.Error.

    It is set when it is open: the second of a process to one file must not ask for another configuration.
    """
    settings = SETTINGS | {"memory_limit": memory_limit()} | settings
    if not reads_files:
        settings["enable_external_access"] = "false"
    connection = duckdb.connect(file, read_only=read_only)
    try:
        for name, value in settings.items():
            connection.execute(f"set global {name} = '{value}'")
    except duckdb.Error:
        connection.close()
        raise
    return connection
