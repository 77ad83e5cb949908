"""The generated world as a vendor's tool would land it: a module a vendor, which the command lists."""

from __future__ import annotations

import json
import shutil
import tempfile
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from service_kpis.generate.generate import Report, generate

LANDING = "landing"


def shapes() -> list[str]:
    """The names of all shapes, that of the contract first."""
    return [LANDING, *sorted(module.name for module in iter_modules(__path__))]


def shape_of(name: str) -> ModuleType:
    """A vendor's module.

    It has `LOADERS`, the usual one first, `VARIABLES`, the vars of dbt without which the vendor tells less,
    `LOST`, the rows that a loader does not land, `renamed` and `convert`.
    """
    return import_module(f"{__name__}.{name}")


def check(shape: str, loader: str | None = None) -> None:
    """ValueError for a shape or loader that there is not."""
    if shape not in shapes():
        raise ValueError(f"there is no shape {shape}: {', '.join(shapes())}")
    loaders = () if shape == LANDING else shape_of(shape).LOADERS
    if loader and loader not in loaders:
        raise ValueError(f"{shape} does not come by {loader}: {', '.join(loaders) or 'nobody loads it'}")


def write(
    conversations: int,
    seed: int,
    out: Path,
    shape: str = LANDING,
    loader: str | None = None,
    report: Report | None = None,
) -> None:
    """Write a world to `out`: in landing form, or what the vendor can carry of it in the vendor's tables.

    The vendor's tables are in `out/<vendor>`, all else in landing form in `out/landing`, and the truth in
    `out/_truth`, with the variables that a run needs. Raises what `check` and `generate` do.
    """
    check(shape, loader)
    if shape == LANDING:
        generate(conversations, seed, out, report)
        return
    out, vendor = Path(out), shape_of(shape)
    _clear(out, shape)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        generate(conversations, seed, Path(folder) / "world", report)
        vendor.renamed(Path(folder) / "world", Path(folder) / "renamed")
        vendor.convert(Path(folder) / "renamed", out, loader or vendor.LOADERS[0])
    variables = json.dumps(vendor.VARIABLES, indent=2) + "\n"
    (out / "_truth" / "variables.json").write_text(variables, encoding="utf-8")


def _clear(out: Path, shape: str) -> None:
    """Make room; only an empty folder or an earlier result in this shape is removed."""
    entries = {entry.name for entry in out.iterdir()} if out.exists() else set()
    if entries and not ("_truth" in entries and entries <= {"_truth", LANDING, shape}):
        raise FileExistsError(f"{out} holds something else: choose an empty folder")
    shutil.rmtree(out, ignore_errors=True)
