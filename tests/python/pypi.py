"""Packages that a test needs beside those of the project, in a folder of their own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def install(requirement: str, folder: Path) -> None:
    """Install into a folder; where there is no registry, the test is skipped and says so."""
    uv = shutil.which("uv") or str(CHECKOUT / ".venv" / "uv" / "bin" / "uv")
    command = [uv, "pip", "install", "--python", sys.executable, "--target", str(folder), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "No solution found" not in done.stderr:
        pytest.skip(f"{requirement} could not be had from PyPI: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
