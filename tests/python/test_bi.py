"""The dashboard for Superset: what its files say, and that its numbers are the KPIs'.

Superset itself is tried by bi/superset/try.py, which installs it.
"""

import csv
import re
import sys
from collections import Counter
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.append(str(CHECKOUT / "bi" / "superset"))
import bundle  # noqa: E402

CHARTS, DATASETS = bundle.read("charts"), bundle.read("datasets")
(DATABASE,) = bundle.read("databases").values()
(DASHBOARD,) = bundle.read("dashboards").values()
REGISTRY = {
    row["kpi_id"]: row
    for row in csv.DictReader((CHECKOUT / "seeds" / "kpis" / "kpi_registry.csv").open(encoding="utf-8"))
}
HEADLINES = {row["kpi_id"] for row in REGISTRY.values() if row["is_headline"] == "true"}
every_chart = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
every_dataset = pytest.mark.parametrize("dataset", DATASETS.values(), ids=DATASETS)


@every_chart
def test_a_chart_names_its_definition(chart):
    defined = re.findall(r"docs/kpis\.md(?:#(\w+))?", chart["description"])
    seeds = re.findall(r"seeds/\w+/\w+\.csv", chart["description"])
    names_its_rows = "definition_page" in chart["params"].get("all_columns", [])
    assert defined or seeds or names_its_rows or chart["slice_name"] == "What is shown"
    page = (CHECKOUT / "docs" / "kpis.md").read_text(encoding="utf-8")
    assert all(not kpi or f'<a id="{kpi}"></a>' in page for kpi in defined)
    assert all((CHECKOUT / seed).exists() for seed in seeds)


@every_chart
def test_a_chart_asks_for_what_its_dataset_has(chart):
    dataset = bundle.dataset_of(chart)
    axis, columns, metrics = bundle.asked(chart)
    assert {axis, *columns} - {None} <= {column["column_name"] for column in dataset["columns"]}
    assert set(metrics) <= {metric["metric_name"] for metric in dataset["metrics"]}
    assert chart["params"]["viz_type"] == chart["viz_type"]


def test_the_dashboard_shows_each_chart_once():
    parts = {name: part for name, part in DASHBOARD["position"].items() if name != "DASHBOARD_VERSION_KEY"}
    shown = Counter(part["meta"]["uuid"] for part in parts.values() if part["type"] == "CHART")
    assert shown == Counter(chart["uuid"] for chart in CHARTS.values())
    placed = Counter(child for part in parts.values() for child in part.get("children", []))
    assert placed == Counter(parts.keys() - {"ROOT_ID", "HEADER_ID"})
    assert all(part["id"] == name for name, part in parts.items())


def test_the_filter_reaches_the_charts_that_have_channels_of_their_own():
    (channel,) = DASHBOARD["metadata"]["native_filter_configuration"]
    excluded = channel["scope"]["excluded"]
    metas = [part["meta"] for name, part in DASHBOARD["position"].items() if name.startswith("CHART-")]
    reached = {meta["uuid"] for meta in metas if meta["chartId"] not in excluded}
    assert len({meta["chartId"] for meta in metas}) == len(metas)
    assert reached == {
        chart["uuid"]
        for chart in CHARTS.values()
        if "channel" in {column["column_name"] for column in bundle.dataset_of(chart)["columns"]}
    }


def test_no_two_things_share_an_id():
    things = [DATABASE, DASHBOARD, *DATASETS.values(), *CHARTS.values()]
    assert len({thing["uuid"] for thing in things}) == len(things)
    assert {dataset["database_uuid"] for dataset in DATASETS.values()} == {DATABASE["uuid"]}


def test_a_bundle_opens_its_warehouse_read_only(tmp_path):
    bundle.write(tmp_path / "w.duckdb", tmp_path / "bundle.zip")
    with ZipFile(tmp_path / "bundle.zip") as archive:
        files = {name: yaml.safe_load(archive.read(name)) for name in archive.namelist()}
    database = files["service_kpis/databases/service_kpis.yaml"]
    assert database["sqlalchemy_uri"] == f"duckdb:///{tmp_path}/w.duckdb?access_mode=read_only"
    assert not database["allow_dml"] and not database["allow_ctas"]
    assert files["service_kpis/metadata.yaml"]["type"] == "Dashboard"
    assert len(files) == 3 + len(DATASETS) + len(CHARTS)


@every_dataset
def test_a_metric_hides_as_few_as_its_kpi_does(dataset):
    for metric in dataset["metrics"]:
        if metric["metric_name"] in REGISTRY:
            hidden = int(REGISTRY[metric["metric_name"]]["hidden_below_n"])
            assert [int(n) for n in re.findall(r">= (\d+)", metric["expression"])] == [hidden] * (hidden > 1)


@pytest.fixture(scope="module")
def warehouse(demo):
    with duckdb.connect(demo / "warehouse.duckdb", read_only=True) as connection:
        yield connection


def answer(warehouse, name: str) -> list[tuple]:
    return warehouse.execute(bundle.sql_of(CHARTS[name])).fetchall()


def kpi(warehouse, kpi_id: str, columns: str) -> list[tuple]:
    """Its complete months in marts.kpi_values, by channel, where there is a value."""
    return warehouse.execute(f"""
        select {columns}
        from marts.kpi_values
        where kpi_id = '{kpi_id}' and grain = 'month' and slice = 'channel' and value is not null
            and period_start <= (
                select max(period_start) from marts.review_pack where grain = 'month' and is_complete
            )
    """).fetchall()


@pytest.mark.slow
@every_dataset
def test_a_dataset_has_its_columns_and_metrics(warehouse, dataset):
    source = f"({dataset['sql']})" if dataset["sql"] else f"{dataset['schema']}.{dataset['table_name']}"
    types = dict(row[:2] for row in warehouse.execute(f"describe from {source}").fetchall())
    for column in dataset["columns"]:
        assert types[column["column_name"]].replace("HUGEINT", "BIGINT") == column["type"]
    for metric in dataset["metrics"]:
        assert len(warehouse.execute(f"select {metric['expression']} from {source}").fetchall()) == 1


@pytest.mark.slow
@every_chart
def test_a_chart_has_something_to_show(warehouse, chart):
    rows = warehouse.execute(bundle.sql_of(chart)).fetchall()
    assert 0 < len(rows) < chart["params"].get("row_limit", 10_000)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chart", "kpi_id"), [("fcr_channels", "fcr_issue_48h"), ("cost_channels", "cost_per_interaction")]
)
def test_a_trend_by_channel_is_the_kpis(warehouse, chart, kpi_id):
    shown = {
        (month, channel): value for month, channel, value in answer(warehouse, chart) if value is not None
    }
    expected = kpi(warehouse, kpi_id, "cast(period_start as timestamp), channel, value")
    assert len(expected) > 50
    assert shown == {(month, channel): pytest.approx(value) for month, channel, value in expected}


@pytest.mark.slow
def test_answers_to_the_nps_question_are_those_the_kpi_counts(warehouse):
    counted = warehouse.execute("""
        select cast(period_start as timestamp), numerator, denominator
        from marts.kpi_values
        where kpi_id = 'nps' and grain = 'month' and slice = 'all' and denominator > 0
    """).fetchall()
    shown = [
        (month, nine - six, six + eight + nine)
        for month, six, eight, nine in answer(warehouse, "nps_answers")
    ]
    assert len(counted) > 12
    assert sorted(shown) == sorted(counted)


@pytest.mark.slow
def test_every_headline_stands_in_both_tables(warehouse):
    names = {REGISTRY[kpi_id]["name_en"] for kpi_id in HEADLINES}
    assert Counter(name for name, *_ in answer(warehouse, "headline_months")) == dict.fromkeys(names, 6)
    newest = answer(warehouse, "headline_newest")
    assert {name for name, *_ in newest} == names and len(newest) == len(names)
    assert all(shown is not None for _, _, shown, *_ in newest)
    # The newest month in which nearly all is decided, not the newest.
    assert all(pending <= 0.05 * (n + pending) for *_, n, pending, _ in newest)
    assert len({month for _, month, *_ in newest}) == 2


@pytest.mark.slow
def test_no_contact_is_lost_in_the_heat_map(warehouse):
    (mapped,) = warehouse.execute(
        f"select sum(contact_count) from ({DATASETS['contacts_by_hour']['sql']})"
    ).fetchone()
    (countable,) = warehouse.execute(
        "select count(*) from core.fct_conversations where is_countable"
    ).fetchone()
    assert mapped == countable > 0
