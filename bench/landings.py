"""The landing folders of a benchmark: the whole, and the same in two parts, all but a day and that day."""

import csv
import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

SEED = 1
DAY = timedelta(days=1)
"""Of the generator's 730."""

PLACED_BY = {"agents": "hired_at", "agent_shifts": "started_at", "agent_training": "assigned_at"}
"""Tables whose rows do not say when they were loaded."""


def landings(folder: Path, conversations: int) -> tuple[Path, Path, Path]:
    """The landing of so many conversations, all of it but the last day, and that day; made where missing."""
    parts = folder / "whole", folder / "base", folder / "day"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        command = ["generate", "--conversations", str(conversations), "--seed", str(SEED)]
        subprocess.run(
            [sys.executable, "-m", "service_kpis", *command, "--out", unfinished / "whole"], check=True
        )
        split(*(unfinished / part.name for part in parts))
        unfinished.rename(folder)
    return parts


def split(whole: Path, base: Path, day: Path) -> None:
    """Sort a landing's rows into two folders by the instant at which they were loaded.

    The generator's last week lands as CSV: Parquet files belong to `base` as they are. A line that does not
    tell its instant does so too.
    """
    base.mkdir()
    day.mkdir()
    texts = [path for path in whole.iterdir() if ".csv" in path.suffixes]
    cut = max(at for path in texts if path.suffix == ".gz" for _, at in _lines(path) if at) - DAY
    for path in whole.glob("*.parquet"):
        os.link(path, base / path.name)
    for path in texts:
        later = path.name.replace("_late", "").replace(".csv", "_day.csv")
        with _open(base / path.name, "wt") as before, _open(day / later, "wt") as after:
            lines = _lines(path)
            header, _ = next(lines)
            before.write(header)
            after.write(header)
            for line, at in lines:
                (after if at and at > cut else before).write(line)


def _lines(path: Path) -> Iterator[tuple[str, datetime | None]]:
    """Each line of a CSV file, the header among them, and its instant where it tells one."""
    table = path.name.split(".")[0].removesuffix("_late")
    with _open(path, "rt") as file:
        header = next(file)
        place = next(csv.reader([header])).index(PLACED_BY.get(table, "loaded_at"))
        yield header, None
        for line in file:
            yield line, _instant(next(csv.reader([line])), place)


def _instant(fields: list[str], place: int) -> datetime | None:
    try:
        at = datetime.fromisoformat(fields[place])
    except (IndexError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _open(path: Path, mode: str) -> TextIO:
    opener = gzip.open if path.suffix == ".gz" else open
    return opener(path, mode, encoding="utf-8", newline="")
