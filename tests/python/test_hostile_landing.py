"""Whatever lands, a load ends with exit code 0, 1 or 2 and says why; nothing published is lost.

SERVICE_KPIS_FUZZ_SECONDS makes it look longer, SERVICE_KPIS_FUZZ_SEED begins with another landing.
"""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count, takewhile
from pathlib import Path

import pytest
from hostile import ADDRESS, disturb, write_clean, write_landing
from runs import START, WITHOUT_BOARDS, WITHOUT_EDGES
from typer.testing import CliRunner

from service_kpis.cli import app
from service_kpis.load import load as loading

SECONDS = float(os.environ.get("SERVICE_KPIS_FUZZ_SECONDS", 12))
FIRST = int(os.environ.get("SERVICE_KPIS_FUZZ_SEED", 0))
# A load that waits for ever is as bad as one that crashes.
LONGEST = 120
FEWEST = 20
"""Landings to try, however slow the machine is."""

pytestmark = pytest.mark.slow


def check(location: str, work: Path) -> tuple[int, str]:
    """What `service-kpis check` says: the load, and how its errors are told."""
    begun = time.monotonic()
    done = CliRunner().invoke(app, ["check", "--landing", location, "--work", str(work)])
    took = time.monotonic() - begun
    if done.exception and not isinstance(done.exception, SystemExit):
        raise AssertionError(done.output) from done.exception
    assert took < LONGEST, done.output
    return done.exit_code, done.output


def refuse_unclear(code: int, said: str) -> None:
    """Fail where it did not end as promised, or repeats what is personal."""
    assert code in (0, 2), said
    assert "Traceback" not in said and ADDRESS not in said
    last = [line for line in said.splitlines() if line.startswith("A run would")]
    assert len(last) == 1, said
    if code == 2:
        assert len(last[0]) > len("A run would not start: ") or "\n" in said


def seeds(seconds: float) -> Iterator[int]:
    """Seeds until the time is over."""
    until = time.monotonic() + seconds
    return takewhile(lambda seed: seed < FIRST + FEWEST or time.monotonic() < until, count(FIRST))


@contextmanager
def named(seed: int) -> Iterator[None]:
    """Say which landing a failure is of: write_landing(folder, seed) makes it again."""
    try:
        yield
    except Exception as error:
        raise AssertionError(f"landing {seed}: {error}") from error


def test_whatever_lands_is_loaded_or_refused_with_a_reason(tmp_path):
    codes, landing = set(), tmp_path / "landing"
    for seed in seeds(SECONDS):
        with named(seed):
            code, said = check(write_landing(landing, seed), tmp_path / "work")
            refuse_unclear(code, said)
        codes.add(code)
        shutil.rmtree(landing)
    assert codes == {0, 2}


def test_whatever_happens_to_a_file_meanwhile_the_load_ends_with_a_reason(tmp_path, monkeypatch):
    """A file is replaced, lengthened, cut short or removed at one of the moments of a load."""
    moments = ("find_files", "read_header", "count_lines", "insert_parsed", "parquet_inputs", "look", "sieve")
    coming: dict[str, Callable[[], None]] = {}

    def disturbed(name: str, original: Callable) -> Callable:
        def call(*arguments, **options):
            coming.pop(name, lambda: None)()
            return original(*arguments, **options)

        return call

    for name in moments:
        monkeypatch.setattr(loading, name, disturbed(name, getattr(loading, name)))
    codes, landing = set(), tmp_path / "landing"
    for seed in seeds(SECONDS):
        landing.mkdir()
        write_clean(landing)
        chance = random.Random(seed)
        coming |= {chance.choice(moments): partial(disturb, landing, chance)}
        with named(seed):
            code, said = check(str(landing), tmp_path / "work")
            refuse_unclear(code, said)
            assert code == 2 or coming, "a file has changed, and nobody has seen it"
        codes.add(code)
        coming.clear()
        shutil.rmtree(landing)
    assert codes == {0, 2}


@pytest.fixture(scope="module")
def published(demo, tmp_path_factory) -> Path:
    """A copy, since runs that must not publish are started in it."""
    return shutil.copytree(demo, tmp_path_factory.mktemp("hostile") / "demo")


def test_whole_runs_on_hostile_landings_leave_the_old_warehouse_as_it_was(published, tmp_path):
    """The first two landings by chance that a load refuses, and one that it takes."""
    left = {0: 1, 2: 2}
    for seed in count(FIRST):
        landing = write_landing(tmp_path / str(seed), seed)
        code, _ = check(landing, tmp_path / "work")
        if left[code]:
            left[code] -= 1
            with named(seed):
                run_on(landing, published, (0, 1) if code == 0 else (2,))
        if not any(left.values()):
            return


def run_on(landing: str, folder: Path, expected: tuple[int, ...]) -> None:
    """A whole run without the edges."""
    program, warehouse = WITHOUT_EDGES + WITHOUT_BOARDS + START, folder / "warehouse.duckdb"
    before = hashlib.sha256(warehouse.read_bytes()).hexdigest()
    places = ["--landing", landing, "--work", folder / "work", "--warehouse", warehouse]
    command = [sys.executable, "-c", program, "run", *map(str, places)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode in expected, said
    assert "Traceback" not in said and ADDRESS not in said
    assert done.returncode == 0 or hashlib.sha256(warehouse.read_bytes()).hexdigest() == before
