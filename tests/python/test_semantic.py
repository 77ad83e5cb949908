"""The semantic layer: its files follow from the registry, and MetricFlow gives the numbers of the mart."""

import csv
import math
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml
from runs import publish, rows

from service_kpis.docs import CHECKOUT, Project
from service_kpis.generate import generate
from service_kpis.semantic import files, write

FILES = files()
REGISTRY = Project().kpis
# Tables that are not published hold figures of agents at work, whose team may be small.
NOT_PUBLISHED = {
    name
    for name, model in Project().models.items()
    if name.startswith("kpi_") and model["config"].get("schema") != "marts"
}
# No sums: percentiles come from the fact, training counts each agent once however long the period is.
WITHOUT_METRIC = {
    kpi["kpi_id"] for kpi in REGISTRY if kpi["statistic"] == "percentile" or kpi["family"] == "training"
}
METRICS = [kpi["kpi_id"] for kpi in REGISTRY if kpi["kpi_id"] not in WITHOUT_METRIC]
# The seed sets no target for bots in business hours: the KPI has no population.
WITHOUT_TARGET = {"first_response_bot_business_within_target"}
SLICEABLE = [
    kpi["kpi_id"]
    for kpi in REGISTRY
    if kpi["kpi_id"] not in WITHOUT_METRIC and f"kpi_{kpi['family']}" not in NOT_PUBLISHED
]


def test_no_file_is_left_of_a_family_that_is_gone(tmp_path):
    gone = tmp_path / "models" / "metrics" / "gone.yml"
    gone.parent.mkdir(parents=True)
    gone.write_text("a family that is no more")
    write(tmp_path)
    models = tmp_path / "models"
    assert {path.relative_to(models).as_posix() for path in models.rglob("*.*")} == FILES.keys()
    assert (tmp_path / "dbt_project.yml").exists() and (tmp_path / "profiles.yml").exists()


def test_every_kpi_that_is_a_sum_over_a_sum_is_a_metric_with_its_name():
    labels = {
        metric["name"]: metric["label"]
        for path, text in FILES.items()
        if path.startswith("metrics/")
        for metric in yaml.safe_load(text)["metrics"]
    }
    assert labels == {kpi["kpi_id"]: kpi["name_en"] for kpi in REGISTRY if kpi["kpi_id"] in METRICS}


def test_the_tables_that_it_reads_are_published_and_none_of_them_is_about_agents():
    published = {
        model["name"]
        for path in (CHECKOUT / "models" / "kpis").rglob("_models.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        if model.get("config", {}).get("schema") == "marts"
    }
    models = {Path(path).stem for path in FILES if path.endswith(".sql")}
    assert published == models - {"kpi_values", "dim_dates"}
    about_agents = {Path(kpi["sql_location"]).stem for kpi in REGISTRY if kpi["agents_counted"]}
    assert len(about_agents) == len(NOT_PUBLISHED) == 12
    assert not published & about_agents


def test_the_docs_say_how_many_kpis_have_a_metric_and_which_have_none():
    text = (CHECKOUT / "docs/semantic-layer.md").read_text(encoding="utf-8")
    training = sum(kpi["family"] == "training" for kpi in REGISTRY)
    assert f"{len(METRICS)} of the {len(REGISTRY)} KPIs" in text
    assert f"{len(WITHOUT_METRIC) - training} percentiles" in text
    assert f"{training} of training" in text


class MetricFlow:
    """The project as `make semantic` writes it, over a published warehouse."""

    def __init__(self, folder: Path, warehouse: Path) -> None:
        self.folder = folder
        write(folder)
        # Nobody is asked over the network whether MetricFlow is new.
        self.environment = os.environ | {
            "SERVICE_KPIS_WAREHOUSE": str(warehouse),
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "TMPDIR": str(folder),
            "DO_NOT_TRACK": "1",
        }
        # Of each hidden sum dbt says that it is left out of an exchange file.
        self.call("dbt", "parse", "--warn-error-options", "{error: all, silence: [MFConverterIssue]}")

    def call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [Path(sys.executable).with_name(program), *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def values(self, metrics: list[str], grain: str, *dimensions: str) -> dict[tuple, float]:
        """Every value that is not NULL, by KPI, first day and dimensions."""
        answer = self.folder / "answer.csv"
        group_by = ",".join((f"metric_time__{grain}", *dimensions))
        self.call("mf", "query", "--metrics", ",".join(metrics), "--group-by", group_by, "--csv", str(answer))
        values = {}
        with answer.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                first_day = date.fromisoformat(row[f"metric_time__{grain}"][:10])
                key = (first_day, *(row[dimension] for dimension in dimensions))
                values |= {(metric, *key): float(row[metric]) for metric in metrics if row[metric]}
        return values


def ask(file: Path) -> None:
    """Sixty answers in November on each scale that the demo data use seldom or not at all."""
    scales = [
        ("nps", 0, 10, True),
        ("csat", 1, 10, True),
        ("csat", 1, 3, True),
        ("csat", 1, 4, True),
        ("csat", 0, 100, True),
        ("csat", 1, 7, True),
        ("csat", 0, 1, True),
        ("ces", 1, 5, False),
        ("nps", 1, 5, True),
        ("nps", 1, 10, True),
        ("clarity", 1, 5, True),
        ("speed", 1, 5, True),
    ]
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(
            (
                "survey_id",
                "question",
                "scale_min",
                "scale_max",
                "higher_is_better",
                "sent_at",
                "responded_at",
                "score",
            )
        )
        for question, low, high, higher_is_better in scales:
            for n in range(60):
                when = (f"2025-11-{1 + n % 28:02d}T{hour}:00:00Z" for hour in (10, 11))
                score = low + n % (high - low + 1)
                writer.writerow(
                    (f"{question}-{low}-{high}-{n}", question, low, high, higher_is_better, *when, score)
                )


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    """Published in the middle of a month: what is planned for its rest is no KPI yet."""
    folder = tmp_path_factory.mktemp("semantic")
    generate(10_000, 4, folder / "landing")
    ask(folder / "landing" / "surveys_on_other_scales.csv")
    return publish(folder / "landing", folder, "--as-of", "2025-12-16T12:00:00Z")


@pytest.fixture(scope="module")
def metric_flow(warehouse) -> MetricFlow:
    return MetricFlow(warehouse.parent / "metric_flow", warehouse)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("metrics", "grain", "dimensions"),
    [
        (METRICS, "day", ()),
        (METRICS, "week", ()),
        (METRICS, "month", ()),
        (SLICEABLE, "month", ("channel",)),
        (SLICEABLE, "month", ("topic",)),
        (SLICEABLE, "month", ("team",)),
        (SLICEABLE, "month", ("responder",)),
        (SLICEABLE, "month", ("bot",)),
        (SLICEABLE, "month", ("channel", "topic")),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else None,
)
def test_metricflow_gives_the_numbers_of_the_mart(warehouse, metric_flow, metrics, grain, dimensions):
    """The same values, and none where the mart has none: too few, pending, not landed."""
    names = "".join(f", {dimension}" for dimension in dimensions)
    expected = {
        tuple(row[:-1]): row[-1]
        for row in rows(
            warehouse,
            f"""
            select kpi_id, period_start{names}, value
            from marts.kpi_values
            where grain = '{grain}' and slice = '{"+".join(dimensions) or "all"}' and value is not null
            """,
        )
        if row[0] in metrics
    }
    found = metric_flow.values(metrics, grain, *dimensions)
    assert found.keys() == expected.keys()
    wrong = {
        key: (found[key], value)
        for key, value in expected.items()
        if not math.isclose(found[key], value, rel_tol=1e-9, abs_tol=1e-12)
    }
    assert not wrong
    if grain == "month" and not dimensions:
        assert set(metrics) - {key[0] for key in expected} == WITHOUT_TARGET
