"""A few kills, a full disk, two runs at once, with readers all the while; `make chaos` does it at length."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found():
    script = Path(__file__).with_name("chaos.py")
    asked = {"conversations": 1000, "kills": 4, "full-disks": 1, "overlaps": 1, "readers": 2}
    options = [f"--{name}={number}" for name, number in asked.items()]
    done = subprocess.run([sys.executable, script, *options], capture_output=True, text=True)
    assert done.stdout, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_all_was_tried(found):
    assert sum(found["kills"].values()) == 4 and found["overlaps"] == 1
    # Three beside the disk, and one after each full disk, where there is one.
    assert found["published"] >= 3 + sum((found["full_disks"] or {}).values())
    assert found["reads"]["reads"] > 50


def test_no_reader_saw_a_mix_or_an_error(found):
    assert found["reads"]["unreadable"] == found["reads"]["mixed"] == 0


def test_no_promise_was_broken(found):
    assert found["broken_promises"] == []


def test_the_disk_was_full(found):
    if found["full_disks"] is None:
        pytest.skip("no mount namespace on this system, so no small disk")
    assert sum(found["full_disks"].values()) == 1
