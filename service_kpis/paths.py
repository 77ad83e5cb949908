"""The places of a run: none of them may be another one's, by whatever name, link or spelling it is given.

A run empties, replaces and removes files of its own. Where one of them is the warehouse too, or what landed,
or the key, that would be lost.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from service_kpis import dbt, log
from service_kpis.errors import CannotStart
from service_kpis.load import Tool, vendor
from service_kpis.load.files import candidates, refuse_no_text
from service_kpis.privacy import config_folder
from service_kpis.publish import kept_folder, lock_file, unfinished_file


@dataclass(frozen=True)
class Place:
    """A file, or a folder whose content the run removes, and what it is for."""

    what: str
    path: Path
    is_emptied: bool = False
    real: str = field(init=False)
    identity: tuple[int, int] | None = field(init=False)
    """What all names of a file have in common; None where there is no file yet."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "real", os.path.realpath(self.path))
        object.__setattr__(self, "identity", _identity(self.real))

    @property
    def said(self) -> str:
        """In words."""
        return f"{self.what} {self.path}"

    def is_same_as(self, other: "Place") -> bool:
        """Whether both are names of one file, which may not be there yet."""
        return self.real == other.real or (self.identity is not None and self.identity == other.identity)

    def is_in(self, other: "Place") -> bool:
        """Whether it is lost when the other folder is emptied."""
        return other.is_emptied and self.real.startswith(other.real + os.sep)


def refuse_meeting(landing: str | None, warehouse: Path, work: Path, tools: tuple[Tool, ...] = ()) -> None:
    """Raises CannotStart where two places of a run meet, or where one has a name that is no text."""
    ours = [*_of_warehouse(warehouse), *_of_work(work)]
    theirs = [*_of_key(), *(_of_landing(landing) if landing else ()), *_of_tools(tools)]
    for place in ours + theirs:
        refuse_no_text(place.path)
    pairs = [*combinations(ours, 2), *((one, other) for one in ours for other in theirs)]
    for one, other in pairs:
        if one.is_same_as(other):
            raise CannotStart(f"{one.said} is {other.said} too: name another place for one of them")
        if one.is_in(other) or other.is_in(one):
            inner, outer = (one, other) if one.is_in(other) else (other, one)
            raise CannotStart(f"{inner.said} lies in {outer.said}, which a run empties: name another place")


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _of_warehouse(warehouse: Path) -> Iterator[Place]:
    yield Place("the warehouse", warehouse)
    yield Place("the lock of the warehouse", lock_file(warehouse))
    yield Place("the unfinished warehouse", unfinished_file(warehouse))
    yield Place("the folder of earlier warehouses", kept_folder(warehouse), is_emptied=True)


def _of_work(work: Path) -> Iterator[Place]:
    build = dbt.build_file(work)
    yield Place("the build", build)
    yield Place("the note of the build", dbt.whole_file(work))
    for folder in dbt.build_folders(work):
        yield Place("the folder beside the build", folder, is_emptied=True)
    if (private := dbt.private_database()) != dbt.IN_MEMORY:
        yield Place("the private database", Path(private))
    yield Place("the lock of the work folder", work / "run.lock")
    yield Place("the list of unknown words", work / "unknown_words.csv")
    yield Place("the folder of logs", log.folder(work), is_emptied=True)
    yield Place("the folder of dbt's logs", dbt.log_file(work).parent, is_emptied=True)
    yield Place("the folder of failed tests", dbt.failed_tests(work), is_emptied=True)
    yield Place("dbt's target folder", work / "target", is_emptied=True)


def _of_key() -> Iterator[Place]:
    yield Place("the hash key", config_folder() / "hash.key")
    yield Place("the list of erased", config_folder() / "erased.csv")


def _of_landing(landing: str) -> Iterator[Place]:
    """A database, or a folder and its files."""
    folder = Path(landing)
    path, hash_sign, _ = landing.rpartition("#")
    if hash_sign and not folder.is_dir():
        yield Place("the landing database", Path(path))
        return
    yield Place("the landing folder", folder)
    for _, file in candidates(folder) if folder.is_dir() else ():
        yield Place("the landed file", file)


def _of_tools(tools: tuple[Tool, ...]) -> Iterator[Place]:
    for tool in tools:
        if tool.is_url:
            continue
        path, hash_sign, _ = tool.location.rpartition("#")
        is_database = hash_sign and not Path(tool.location).is_dir()
        yield Place(f"the source {tool.system}", Path(path if is_database else tool.location))
        for _, file in vendor.stamped_files(tool):
            yield Place("the landed file", file)
