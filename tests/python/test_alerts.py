"""Control charts on simulated series: quiet while nothing changes, quick when something does.

The points are simulated and go through the models' compiled SQL: an alert's whole way from points to episodes.
"""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
FIRST_DAY = dt.date(2025, 1, 6)
DAYS = 200
SHIFT_ON = 150
SERIES = 60
WEEKDAY = np.array([1.2, 1.1, 1.05, 1.0, 0.95, 0.5, 0.35])

POINTS = """
create table kpis.int_alert_points (
    series_id varchar, rule_id varchar, kpi_id varchar, measure varchar, grain varchar, slice varchar,
    channel varchar, topic varchar, team varchar, responder varchar, method varchar, direction varchar,
    status varchar, period_start date, observed double, numerator double, denominator double, target double,
    n bigint, hysteresis_periods integer, iso_weekday integer, position bigint, is_share boolean
)
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> dict[str, str]:
    """The compiled SQL of the alert models."""
    folder = tmp_path_factory.mktemp("alerts")
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "compile", "--quiet"]
    done = subprocess.run(
        [*command, "--select", "int_alert_signals", "alerts", "--profiles-dir", "profiles"]
        + ["--target-path", folder / "target", "--log-path", folder / "logs"],
        cwd=CHECKOUT,
        env={"SERVICE_KPIS_BUILD": str(folder / "build.duckdb"), "PATH": "", "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    marts = folder / "target/compiled/service_kpis/models/marts"
    return {
        "kpis.int_alert_signals": (marts / "intermediate/int_alert_signals.sql").read_text(),
        "marts.alerts": (marts / "alerts.sql").read_text(),
    }


def simulate(kind: str, shift: float, seed: int) -> list[tuple]:
    """Days of SERIES series with a weekday's pattern; from SHIFT_ON on worse by the factor 1 + shift."""
    random = np.random.default_rng(seed)
    rows = []
    for series in range(SERIES):
        for day in range(DAYS):
            date = FIRST_DAY + dt.timedelta(days=day)
            usual = WEEKDAY[day % 7]
            change = 1 + shift if day >= SHIFT_ON else 1
            n = int(random.poisson(200 * usual))
            if kind == "share":
                # More than chance alone: the days' own rates vary.
                rate = np.clip(random.normal(0.65, 0.02) * (0.95 if day % 7 > 4 else 1) * change, 0, 1)
                numerator, denominator = float(random.binomial(n, rate)), float(n)
            elif kind == "duration":
                numerator, denominator = float(random.lognormal(5, 1, n).mean() * (2 - usual) * change), 1.0
            else:
                numerator, denominator = float(random.poisson(200 * usual * change)), 1.0
            direction = {"share": "down", "duration": "up", "count": "both"}[kind]
            rows.append(
                (f"{kind}{series}", "rule", "csat_top_box", "n" if kind == "count" else "value", "day", "all")
                + (None, None, None, None, "control_chart", direction, "no_target", date)
                + (numerator / denominator, numerator, denominator, None, n, 7, day % 7 + 1, day + 1)
                + (kind == "share",)
            )
    return rows


def episodes(models: dict[str, str], rows: list[tuple], folder: Path) -> list[tuple[str, int]]:
    """(series, number of the day on which it opened) per episode."""
    with duckdb.connect(folder / "build.duckdb") as connection:
        for schema in ("kpis", "marts", "seeds"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table seeds.kpi_registry as select 'csat_top_box' kpi_id, 'x' name_en, 'score' unit")
        connection.execute(POINTS)
        columns = list(zip(*rows, strict=True))
        names = [name for name, *_ in connection.execute("describe kpis.int_alert_points").fetchall()]
        simulated = pa.table(dict(zip(names, (pa.array(column) for column in columns), strict=True)))
        connection.register("simulated", simulated)
        connection.execute("insert into kpis.int_alert_points select * from simulated")
        for name, sql in models.items():
            connection.execute(f"create table {name} as {sql}")
        opened = connection.execute("""
            select distinct points.series_id, alerts.opened_period, alerts.alert_id
            from marts.alerts
            inner join kpis.int_alert_points as points
                on alerts.alert_id = substr(md5(points.series_id || '|' || alerts.opened_period::varchar), 1, 16)
        """).fetchall()
    return [(series, (date - FIRST_DAY).days) for series, date, _ in opened]


@pytest.mark.parametrize("kind", ["share", "duration", "count"])
def test_a_stable_series_gives_less_than_one_false_alarm_in_100_days(models, tmp_path, kind):
    opened = episodes(models, simulate(kind, 0, 7), tmp_path)
    per_100_days = len(opened) / SERIES / (DAYS - 20) * 100
    assert per_100_days < 1


@pytest.mark.parametrize(("kind", "shift"), [("share", -0.15), ("duration", 0.4), ("count", 0.3)])
def test_a_shift_is_found_within_eight_days_in_nine_of_ten_series(models, tmp_path, kind, shift):
    opened = episodes(models, simulate(kind, shift, 8), tmp_path)
    found = {series for series, day in opened if SHIFT_ON <= day < SHIFT_ON + 8}
    assert len(found) >= 0.9 * SERIES
