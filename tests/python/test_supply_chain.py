"""Nothing is installed but what the lock files name, by hash."""

import re
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LOCKS = (
    "requirements.lock",
    "requirements-uv.lock",
    "requirements-site.lock",
    "bi/superset/requirements.txt",
)


def requirements(lock: str) -> dict[str, list[str]]:
    """Each requirement of a lock file, with its hashes."""
    text = re.sub(r"^\s*#.*$", "", (CHECKOUT / lock).read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    return {line.split("--hash")[0].strip(): re.findall(r"--hash=(\S+)", line) for line in lines}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_one_version_with_hashes(lock):
    locked = requirements(lock)
    assert locked
    for requirement, hashes in locked.items():
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==[^\s,*]+( ;|$)", requirement), requirement
        assert hashes and all(re.fullmatch("sha256:[0-9a-f]{64}", value) for value in hashes), requirement


def test_every_dependency_is_locked_at_its_pin():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    locked = dict(requirement.split(" ;")[0].split("==") for requirement in requirements("requirements.lock"))
    assert len(wanted) > 10
    for name, sign, version in (
        re.match(r"([\w-]+)(?:\[[\w,]+\])?(==|>=)(.+)", want).groups() for want in wanted
    ):
        assert name in locked, name
        assert sign == ">=" or locked[name] == version, name


def test_the_makefile_installs_by_hash_only():
    """The project itself comes from its own folder, without dependencies and without a build environment."""
    makefile = (CHECKOUT / "Makefile").read_text().replace("\\\n", " ")
    installs = [line for line in makefile.splitlines() if re.search(r"pip (sync|install)", line)]
    assert len(installs) == 4
    for line in installs:
        assert "--require-hashes" in line or "--no-deps --no-build-isolation -e ." in line
