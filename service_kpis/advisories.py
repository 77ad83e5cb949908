"""Known holes of the locked packages: `python -m service_kpis.advisories [CLONE]`.

Prints each locked package that an advisory of `advisories.csv` is about; ends with 1 if there is one.
From a clone of github.com/pypa/advisory-database (CC BY 4.0) that file is written anew, for all packages of
the lock files: it knows what was known at its date, and nothing of what came later.
"""

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import Version

from service_kpis.declared import declared
from service_kpis.sbom import CHECKOUT, bill

FILE = CHECKOUT / "docs" / "advisories.csv"
COLUMNS = ("known_at", "package", "advisory", "introduced", "fixed", "last_affected")


def known() -> list[dict[str, str]]:
    """The advisories, one row per range of versions; `known_at` is the day of the database."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def holes(advisories: list[dict[str, str]], locked: dict[str, str]) -> list[str]:
    """What is known of the locked packages, by name, version and advisory."""
    return [
        f"{row['package']} {locked[row['package']]}: {row['advisory']}"
        for row in advisories
        if row["package"] in locked and _affects(row, Version(locked[row["package"]]))
    ]


def locked() -> dict[str, str]:
    """The version of each locked package."""
    return {component["name"]: component["version"] for component in bill()["components"]}


def write(clone: Path) -> None:
    """Write the file from a clone of the database."""
    command = ["git", "-C", str(clone), "log", "-1", "--format=%cs"]
    day = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    names = locked()
    rows = [
        (day, name, *row)
        for folder in sorted((clone / "vulns").iterdir())
        if (name := canonicalize_name(folder.name)) in names
        for file in sorted(folder.glob("*.yaml"))
        for row in _ranges(declared(file), name)
    ]
    with FILE.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def _affects(row: dict[str, str], version: Version) -> bool:
    return (
        Version(row["introduced"]) <= version
        and not (row["fixed"] and version >= Version(row["fixed"]))
        and not (row["last_affected"] and version > Version(row["last_affected"]))
    )


def _ranges(advisory: dict[str, Any], name: str) -> Iterator[tuple[str, str, str, str]]:
    """Advisory, and where a range of versions begins and ends; a range without an end goes on."""
    if advisory.get("withdrawn"):
        return
    for affected in advisory["affected"]:
        if canonicalize_name(affected["package"]["name"]) != name:
            continue
        for events in (each["events"] for each in affected["ranges"] if each["type"] == "ECOSYSTEM"):
            begins = None
            for event in [*events, {}]:
                if begins is not None and ("introduced" in event or not event):
                    yield advisory["id"], begins, "", ""
                    begins = None
                if "introduced" in event:
                    begins = event["introduced"]
                elif begins is not None and event:
                    yield advisory["id"], begins, event.get("fixed", ""), event.get("last_affected", "")
                    begins = None


if __name__ == "__main__":
    if sys.argv[1:]:
        write(Path(sys.argv[1]))
    found = holes(known(), locked())
    print("\n".join([f"known on {known()[0]['known_at']}: {len(found)}", *found]))
    sys.exit(bool(found))
