"""Run bare.sql on a landing folder: `run_bare.py LANDING OUT`, OUT being the DuckDB file that it fills."""

import os
import sys
from pathlib import Path

import duckdb

SCRIPT = Path(__file__).with_name("bare.sql")
SEEDS = Path(__file__).resolve().parents[1] / "seeds"


def run_bare(landing: Path, out: Path, script: str | None = None) -> None:
    """Run the script, with the memory that a run of the product has, and as many threads."""
    out.unlink(missing_ok=True)
    settings = {"memory_limit": os.environ.get("SERVICE_KPIS_MEMORY", "4GB")}
    with duckdb.connect(out, config=settings) as connection:
        connection.execute(f"set variable landing = '{landing}'; set variable seeds = '{SEEDS}'")
        connection.execute(script or SCRIPT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    run_bare(*map(Path, sys.argv[1:]))
