"""Nothing is installed but what the lock files name, by hash."""

import re
import tomllib
from pathlib import Path

import pytest

from service_kpis import sbom

CHECKOUT = Path(__file__).resolve().parents[2]
LOCKS = (
    "requirements.lock",
    "requirements-build.lock",
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
    """As wheels, but for halo, which has none; the project itself comes from its own folder, without
    dependencies and without a build environment. The tool that installs is the locked one.
    """
    makefile = (CHECKOUT / "Makefile").read_text().replace("\\\n", " ")
    installs = [line for line in makefile.splitlines() if re.search(r"pip (sync|install)", line)]
    assert len(installs) == 4
    for line in installs:
        by_hash = "--only-binary :all:" in line and "--require-hashes" in line
        assert by_hash or "--no-deps --no-build-isolation -e ." in line
    built = [line for line in installs if "--no-binary" in line]
    assert re.findall(r"--no-binary (\S+)", built[0]) == ["halo"] and len(built) == 1
    assert "--build-constraints requirements-build.lock" in built[0]
    assert re.findall(r"^UV :?= (.*)$", makefile, flags=re.MULTILINE) == [".venv/uv/bin/uv"]


def test_the_bill_of_materials_names_what_is_locked_with_the_same_hashes():
    locked = {}
    for lock in sbom.LOCKS:
        for requirement, hashes in requirements(lock).items():
            name, version = re.match(r"([^\[=]+)(?:\[.*\])?==([^ ;]+)", requirement).groups()
            locked.setdefault((name, version), set()).update(value.partition(":")[2] for value in hashes)
    components = sbom.bill()["components"]
    assert len(components) == len(locked) > 100
    for component in components:
        key = component["name"], component["version"]
        assert component["purl"] == "pkg:pypi/{}@{}".format(*key)
        assert {digest["content"] for digest in component["hashes"]} == locked[key]
