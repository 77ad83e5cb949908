"""The files of a project that say what is built, how, and what must hold of it: the loader's and dbt's."""

import hashlib
from pathlib import Path

import duckdb

PACKAGE = Path(__file__).resolve().parent
LOADED_BY = (PACKAGE / "load", PACKAGE / "privacy.py")
DEFINED_IN = ("dbt_project.yml", "profiles", "macros", "models", "seeds", "tests/sql", "expectations")


def version(folder: Path) -> str:
    """A text that changes with any of these files, with the loader's, and with the engine."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    places = [(PACKAGE, place) for place in LOADED_BY] + [(folder, folder / name) for name in DEFINED_IN]
    for root, place in places:
        for file in sorted(path for path in (place, *place.rglob("*")) if _says_something(path)):
            digest.update(f"\0{file.relative_to(root).as_posix()}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _says_something(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc"
