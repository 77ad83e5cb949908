"""A load that is told to end leaves nothing in plain text, whatever it is doing."""

import signal
import subprocess
import sys
import time

import pytest

# DuckDB counts for minutes while the main thread waits for it.
BUSY = """
import sys
from pathlib import Path
import duckdb
from service_kpis.signals import end_tidily, plain_folder

end_tidily()
with plain_folder("load_", Path(sys.argv[1])) as folder:
    (folder / "clean.csv").write_text("ann@example.org")
    print("ready", flush=True)
    numbers = "range(1000000)"
    duckdb.sql(f"select count(*) from {numbers} as a, {numbers} as b where a.range + b.range = 3").fetchall()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_plain_text_goes_at_once(tmp_path, number):
    with subprocess.Popen([sys.executable, "-c", BUSY, str(tmp_path)], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline() == b"ready\n"
            assert [file.name for file in tmp_path.glob("*/*")] == ["clean.csv"]
            time.sleep(0.5)
            process.send_signal(number)
            assert process.wait(10) == 128 + number
        finally:
            process.kill()
    assert not [*tmp_path.iterdir()]


def test_a_run_that_is_told_to_end_while_it_loads_takes_its_folder_with_it(tmp_path):
    """The loader waits where it checks its zones, with its folder made."""
    program = """
import sys, time
from service_kpis.load import Zones
from service_kpis.cli import app
Zones.check = lambda *_: (print("loading", flush=True), time.sleep(60))
app()
"""
    landing = tmp_path / "landing"
    landing.mkdir()
    (landing / "calls.csv").write_text("call_id,started_at\n1,2025-01-01\n")
    places = ["--landing", landing, "--work", tmp_path / "work"]
    command = [
        sys.executable,
        "-c",
        program,
        "run",
        *map(str, places),
        "--warehouse",
        str(tmp_path / "w.duckdb"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path) as process:
        try:
            assert process.stdout.readline() == b"loading\n"
            assert [*(tmp_path / "work").glob("*.load_*")]
            process.terminate()
            assert process.wait(10) == 128 + signal.SIGTERM
        finally:
            process.kill()
    assert not [*(tmp_path / "work").glob("*.load_*")]
