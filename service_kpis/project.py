"""The files of a dbt project that say what is built, and how."""

import hashlib
from pathlib import Path

import duckdb

DEFINED_IN = ("dbt_project.yml", "profiles", "macros", "models", "seeds")


def version(folder: Path) -> str:
    """A text that changes with any of these files, and with the engine."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    for place in (folder / name for name in DEFINED_IN):
        for file in sorted(path for path in (place, *place.rglob("*")) if path.is_file()):
            digest.update(f"\0{file.relative_to(folder).as_posix()}\0".encode() + file.read_bytes())
    return digest.hexdigest()
