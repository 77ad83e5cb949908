"""Nothing is installed but what the lock files name, by hash."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from service_kpis import advisories, sbom

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


def test_no_locked_package_has_a_hole_that_is_known():
    """Of those of the database's day; it says nothing of later ones."""
    assert advisories.holes(advisories.known(), advisories.locked()) == []
    (day,) = {row["known_at"] for row in advisories.known()}
    assert f"known on {day}" in (CHECKOUT / "SECURITY.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "is_affected"),
    [
        ("0.9", False),
        ("1.0", True),
        ("1.4", True),
        ("1.5", False),
        ("2.0rc1", False),
        ("2.0", True),
        ("2.1", False),
    ],
)
def test_a_version_is_affected_from_its_introduction_to_before_its_mend_or_to_the_last(version, is_affected):
    ranges = [
        {"package": "a", "advisory": "PYSEC-1", "introduced": "1.0", "fixed": "1.5", "last_affected": ""},
        {"package": "a", "advisory": "PYSEC-1", "introduced": "2.0", "fixed": "", "last_affected": "2.0"},
    ]
    found = advisories.holes(ranges, {"a": version, "b": "1.0"})
    assert found == ([f"a {version}: PYSEC-1"] if is_affected else [])
    assert advisories.holes([{**ranges[0], "fixed": ""}], {"a": "9"}) == ["a 9: PYSEC-1"]


def test_advisories_are_read_from_a_clone_of_their_database(tmp_path, monkeypatch):
    folder = tmp_path / "vulns" / "Jinja2"
    folder.mkdir(parents=True)
    (folder / "PYSEC-9.yaml").write_text(
        "id: PYSEC-9\naffected:\n- package: {name: Jinja2, ecosystem: PyPI}\n  ranges:\n"
        "  - {type: GIT, events: [{introduced: '0'}]}\n"
        "  - {type: ECOSYSTEM, events: [{introduced: '0'}, {fixed: 1.2.0}, {introduced: 2.0.0}]}\n"
    )
    (folder / "PYSEC-8.yaml").write_text("id: PYSEC-8\nwithdrawn: 2024-01-01\naffected: []\n")
    author = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    when = {**os.environ, "GIT_COMMITTER_DATE": "2024-05-06T10:00:00Z"}
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True, env=when)
    monkeypatch.setattr(advisories, "FILE", tmp_path / "advisories.csv")
    advisories.write(tmp_path)
    found = [(r["known_at"], r["package"], r["introduced"], r["fixed"]) for r in advisories.known()]
    assert found == [("2024-05-06", "jinja2", "0", "1.2.0"), ("2024-05-06", "jinja2", "2.0.0", "")]
