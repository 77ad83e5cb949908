"""What several modules look at is made once a session, by the worker of pytest-xdist that asks first.

And what dbt reads of the project is read once for all of them.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service_kpis.dbt import MANIFEST

CHECKOUT = Path(__file__).resolve().parents[2]
REAL = CHECKOUT.parent / "shared" / "data" / "real"
# Their names tell one version of the project from another.
MANIFESTS = CHECKOUT / ".pytest_cache" / "manifests"
MANIFESTS_KEPT = 4


@contextmanager
def read_once(work: Path) -> Iterator[None]:
    """For a run in the work folder: what dbt has read for other runs is there, and is kept for others.

    Reading the project takes dbt ten seconds.
    """
    target = work / "target"
    target.mkdir(parents=True, exist_ok=True)
    MANIFESTS.mkdir(parents=True, exist_ok=True)
    for file in MANIFESTS.glob(f"*{MANIFEST}"):
        shutil.copyfile(file, target / file.name)
    yield
    for file in target.glob(f"*{MANIFEST}"):
        aside = MANIFESTS / f"{file.name}.{os.getpid()}"
        shutil.copyfile(file, aside)
        aside.replace(MANIFESTS / file.name)
    newest_first = sorted(MANIFESTS.glob(f"*{MANIFEST}"), key=os.path.getmtime, reverse=True)
    for file in newest_first[MANIFESTS_KEPT:]:
        file.unlink(missing_ok=True)


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make` filled, to read only; whoever asks meanwhile waits for it."""
    base = factory.getbasetemp()
    place = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, made = place / name, place / f"{name}.made"
    with (place / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder
