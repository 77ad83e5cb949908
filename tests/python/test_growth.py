"""Run after run with new files each: what is left, open and in memory does not grow."""

import os
import re
from pathlib import Path

import duckdb
import pytest

from service_kpis.load import Zones, load_landing

pytestmark = pytest.mark.slow

LINE = "c{0},2025-03-01T12:00:00Z,ann@example.org\n"


def load(location, build, zones, report, before=None):
    """The loader's own tables, and the one that the tiny project reads."""
    summary = load_landing(location, build, zones, report, before)
    with duckdb.connect(build) as connection:
        connection.execute("create or replace table raw.numbers as select count(*) as n from raw.calls")
    return summary


def measured(place) -> dict[str, int]:
    """Files in the work folder but for logs (one a run, a hundred stay), and this process's own figures."""
    status = Path("/proc/self/status").read_text()
    return {
        "files": len([path for path in place.work.rglob("*") if path.suffix != ".jsonl"]),
        "published": len([*place.warehouse.parent.rglob("*")]),
        "open": len(os.listdir("/proc/self/fd")),
        "megabytes": int(re.search(r"VmRSS:\s+(\d+)", status)[1]) >> 10,
    }


def test_five_runs_with_new_files_leave_no_more_than_two(place):
    landing, found = place.folder / "landing", []
    landing.mkdir()
    for number in range(5):
        lines = "".join(LINE.format(1_000 * number + n) for n in range(500))
        broken = 'c"broken\n' if number % 2 else ""
        (landing / f"calls_{number}.csv").write_text(f"call_id,started_at,customer_email\n{lines}{broken}")
        code, text = place.run(str(landing), load, keep=1, zones=Zones())
        assert code == 0, text
        found.append(measured(place))
    assert place.query("select n from marts.of_the_fact") == [(2_500,)]
    second, last = found[1], found[-1]
    assert last["megabytes"] < second["megabytes"] + 50, found
    for what in ("files", "published", "open"):
        assert last[what] <= second[what], found
