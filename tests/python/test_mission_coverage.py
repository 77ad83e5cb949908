"""Every feature that was asked for has a place in the project and a test: docs/mission-coverage.csv.

A place is `relation.column`, `relation[key=value,…]` or both together, or `vars.name`; relations are models
and seeds. A test is the name of a dbt test, or `test_file.py::test_name`.
"""

import ast
import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
FEATURES_OF_DOCUMENT = {1: 64, 2: 25, 3: 17, 4: 13, 5: 22}
COLUMNS = ["feature", "kind", "number", "where", "test"]
# The list that the features were taken from; it is not part of the project, and lies beside it at most.
LIST = CHECKOUT.parent / "shared" / "mission-features.csv"

PLACE = re.compile(r"(?P<relation>\w+)(?:\.(?P<column>\w+))?(?:\[(?P<keys>[^\]]+)\])?")
NUMBERED = {"target", "benchmark", "threshold", "alert", "fact", "scorecard"}
SECONDS = {"ms": 0.001, "s": 1, "min": 60, "%": 0.01, None: 1}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


COVERAGE = rows(CHECKOUT / "docs" / "mission-coverage.csv")
SEEDS = {path.stem: rows(path) for path in (CHECKOUT / "seeds").rglob("*.csv")}
VARS = yaml.safe_load((CHECKOUT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]


class Project:
    """What the dbt manifest and the test files know."""

    def __init__(self, manifest: dict) -> None:
        nodes = manifest["nodes"].values()
        self.columns = {
            node["name"]: set(node["columns"]) for node in nodes if node["resource_type"] == "model"
        }
        self.accepted = {
            (node["attached_node"].split(".")[-1], node["column_name"]): node["test_metadata"]["kwargs"][
                "values"
            ]
            for node in nodes
            if (node.get("test_metadata") or {}).get("name") == "accepted_values" and node["attached_node"]
        }
        self.tests = {node["name"] for node in nodes if node["resource_type"] == "test"}
        self.tests |= {test["name"] for test in manifest["unit_tests"].values()}
        for path in (CHECKOUT / "tests" / "python").glob("test_*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef):
                    self.tests.add(f"{path.name}::{node.name}")

    def knows(self, model: str, column: str, value: str) -> bool:
        """Whether a model's column can hold the value: by its own test, or as a value of a seed's column."""
        accepted = self.accepted.get((model, column))
        if column == "kpi_id":
            return any(row["kpi_id"] == value for row in SEEDS["kpi_registry"])
        if accepted is not None:
            return value in accepted
        return any(row.get(column) == value for seed in SEEDS.values() for row in seed)

    def complaint(self, place: str) -> str | None:
        """Why a place points at nothing; None where it does not."""
        relation, column, keys = parse(place)
        if relation == "vars":
            return None if column in VARS else "no such var"
        if relation in SEEDS:
            found = seed_rows(relation, keys)
            if not found:
                return "no row of the seed matches"
            if column and not any(row.get(column) for row in found):
                return "no such column, or empty"
            return None
        if relation not in self.columns:
            return "no such model or seed"
        if column not in self.columns[relation]:
            return "no such column is described"
        for key, value in keys.items():
            if key not in self.columns[relation]:
                return f"no such column is described: {key}"
            if not self.knows(relation, key, value):
                return f"nobody knows {key} {value}"
        return None

    def complaints(self, row: dict[str, str]) -> list[str]:
        """All that is wrong with a row of the coverage."""
        found = [f"{column} is empty" for column in COLUMNS if not row[column]]
        for place in filter(None, row["where"].split("|")):
            if complaint := self.complaint(place):
                found.append(f"{place}: {complaint}")
        found += [
            f"{test}: no such test" for test in row["test"].split("|") if test and test not in self.tests
        ]
        return found


def parse(place: str) -> tuple[str, str | None, dict[str, str]]:
    match = PLACE.fullmatch(place)
    assert match, f"{place} is no place"
    keys = dict(pair.split("=", 1) for pair in (match["keys"] or "").split(",") if pair)
    return match["relation"], match["column"], keys


def seed_rows(seed: str, keys: dict[str, str]) -> list[dict[str, str]]:
    return [row for row in SEEDS[seed] if all(row.get(key) == value for key, value in keys.items())]


def numbers(text: str) -> list[float]:
    """Numbers with a unit or after < or >, in seconds, shares or points; a text has one unit."""
    unit = re.search(r"\d\s*(ms|s|min|%)(?!\w)", text)
    if not unit and not re.search(r"(?<!-)[<>]", text):
        return []
    return [float(number) * SECONDS[unit and unit[1]] for number in re.findall(r"\d+(?:\.\d+)?", text)]


def numbers_at(place: str) -> list[float]:
    """All numbers in the rows of a seed that a place points at."""
    relation, _, keys = parse(place)
    found = []
    for row in seed_rows(relation, keys) if relation in SEEDS else []:
        for cell in row.values():
            try:
                found.append(float(cell))
            except ValueError:
                continue
    return found


def thresholds_at(place: str) -> list[float]:
    """What the rows of a place say: target (of a band what warns), ends of a benchmark, weight of a group."""
    relation, _, keys = parse(place)
    if relation == "kpi_targets":
        return [float(row["target"] or row["warn"]) for row in seed_rows(relation, keys)]
    if relation == "kpi_benchmarks":
        return [float(row[end]) for row in seed_rows(relation, keys) for end in ("low", "high") if row[end]]
    if relation == "scorecard_weights":
        return [float(row["group_weight"]) for row in seed_rows(relation, keys)]
    return []


def is_among(number: float, others: list[float]) -> bool:
    return any(abs(number - other) < 1e-9 for other in others)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    folder = tmp_path_factory.mktemp("manifest")
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "parse", "--quiet"]
    done = subprocess.run(
        [*command, "--profiles-dir", "profiles", "--target-path", str(folder), "--log-path", str(folder)],
        cwd=CHECKOUT,
        env={"SERVICE_KPIS_BUILD": str(folder / "build.duckdb"), "PATH": "", "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return Project(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))


def test_all_141_features_are_there_once_and_in_order():
    expected = [
        f"{document}.{number:02}"
        for document, count in FEATURES_OF_DOCUMENT.items()
        for number in range(1, count + 1)
    ]
    assert len(expected) == 141
    assert [row["feature"].split()[0] for row in COVERAGE] == expected
    assert list(COVERAGE[0]) == COLUMNS


@pytest.mark.skipif(
    not LIST.exists(), reason="the list of features lies beside the checkout only where it was written"
)
def test_the_features_are_those_of_the_list():
    listed = [(f"{row['id']} {row['feature']}", row["kind"], row["number_or_formula"]) for row in rows(LIST)]
    assert [(row["feature"], row["kind"], row["number"]) for row in COVERAGE] == listed


def test_every_feature_has_a_place_and_a_test_that_exist(project):
    complaints = {row["feature"]: found for row in COVERAGE if (found := project.complaints(row))}
    assert not complaints, json.dumps(complaints, indent=1)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"where": ""}, "where is empty"),
        ({"test": ""}, "test is empty"),
        ({"where": "kpi_valuess.value"}, "no such model or seed"),
        ({"where": "kpi_values.valeu"}, "no such column is described"),
        ({"where": "kpi_values.value[kpi_id=fcr_issue_49h]"}, "nobody knows kpi_id fcr_issue_49h"),
        ({"where": "kpi_values.value[grain=year]"}, "nobody knows grain year"),
        ({"where": "kpi_values.value[fruit=apple]"}, "no such column is described: fruit"),
        ({"where": "nps.nps|kpi_targets[kpi_id=nps,channel=phone]"}, "no row of the seed matches"),
        ({"where": "kpi_targets.low[kpi_id=nps,channel=]"}, "no such column, or empty"),
        ({"where": "vars.no_such_var"}, "no such var"),
        ({"test": "no_such_test"}, "no such test"),
        ({"test": "test_rooms.py::test_no_such"}, "no such test"),
    ],
)
def test_a_broken_row_is_found(project, change, complaint):
    row = {
        "feature": "1.17 NPS",
        "kind": "KPI",
        "number": "-100..100",
        "where": "kpi_values.value[kpi_id=nps,grain=month]|kpi_targets[kpi_id=nps,channel=]",
        "test": "scorecard_weights_sum_to_one|test_rooms.py::test_every_model_is_described",
    }
    assert not project.complaints(row)
    (found,) = project.complaints(row | change)
    assert found.endswith(complaint)


def test_every_number_of_the_mission_stands_where_it_points():
    """A threshold is a row of a seed, in the KPI's unit; and the rows pointed at hold no other threshold."""
    wrong = {}
    for row in COVERAGE:
        places = row["where"].split("|")
        asked = numbers(row["number"])
        held = [number for place in places for number in thresholds_at(place)]
        if asked and (row["kind"] in NUMBERED or held):
            there = [number for place in places for number in numbers_at(place)]
            lost = [number for number in asked if not is_among(number, there)]
            strange = [number for number in held if not is_among(number, asked)]
            if lost or strange:
                wrong[row["feature"]] = (lost, strange)
    assert not wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("< 5 s", [5]),
        ("2-5 min", [120, 300]),
        ("< 500 ms", [0.5]),
        ("8.6 min", [516]),
        ("about -30 %", [0.3]),
        ("30 / 40 / 30 %", [0.3, 0.4, 0.3]),
        ("> 50 excellent; > 0 good; < 0 act", [50, 0, 0]),
        ("3 groups", []),
        ("EUR 25 -> EUR 30 per ticket", []),
    ],
)
def test_numbers_are_read_in_the_unit_of_the_kpis(text, expected):
    assert numbers(text) == pytest.approx(expected)


def test_what_must_not_stand_alone_has_its_companions_on_every_scorecard_and_summary():
    companions = [(row["kpi_id"], row["companion_kpi_id"]) for row in SEEDS["kpi_companions"]]
    shown = {"summary": {row["kpi_id"] for row in SEEDS["kpi_registry"] if row["is_headline"] == "true"}}
    for row in SEEDS["scorecard_weights"]:
        shown.setdefault(row["scorecard"], set()).add(row["kpi_id"])
    alone = {
        (place, kpi)
        for place, kpis in shown.items()
        for kpi, other in companions
        if kpi in kpis and other not in kpis
    }
    assert "handle_time_mean" in shown["summary"] & shown["balanced"] & shown["service_review"]
    assert not alone


def test_every_family_has_an_action():
    """Its own or that for any; and no action waits for a family that is not there."""
    families = {row["family"] for row in SEEDS["kpi_registry"]}
    actions = {row["family"] for row in SEEDS["review_actions"]}
    assert "any" in actions
    assert not actions - families - {"any"}
