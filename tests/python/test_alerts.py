"""Control charts on simulated series: quiet while nothing changes, quick when something does.

Simulated values of KPIs go through the models' compiled SQL: an alert's whole way from values to episodes.
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

# What the models read; each series is a KPI with a rule of its own.
TABLES = """
create schema kpis;
create schema marts;
create schema seeds;
create schema staging;
create table seeds.kpi_registry as
    select
        series as kpi_id,
        series as name_en,
        'score' as unit,
        'higher' as direction,
        case kind when 'share' then 'ratio' else 'mean' end as statistic
    from simulated
    group by series, kind;
create table seeds.alert_rules as
    select
        series as rule_id,
        series as kpi_id,
        case kind when 'count' then 'n' else 'value' end as measure,
        grain,
        'all' as slice,
        'control_chart' as method,
        direction,
        30 as min_n,
        7 as hysteresis_periods
    from simulated
    group by series, kind, grain, direction;
create table marts.kpi_values as
    select
        series as kpi_id,
        grain,
        period_start,
        'all' as slice,
        null::varchar as channel,
        null::varchar as topic,
        null::varchar as team,
        null::varchar as responder,
        null::varchar as bot,
        numerator,
        denominator,
        numerator / denominator as value,
        n,
        false as is_small_n,
        1.0 as maturity_rate,
        null::double as target,
        'no_target' as status
    from simulated;
create table kpis.int_event_days (date_day date, event_key varchar);
create table staging.stg_landing__as_of as select timestamp '2027-01-01' as as_of;
"""
COLUMNS = ("series", "kind", "direction", "grain", "period_start", "numerator", "denominator", "n")


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> dict[str, str]:
    """The compiled SQL of the alert models."""
    folder = tmp_path_factory.mktemp("alerts")
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "compile", "--quiet"]
    models = ["--select", "int_alert_signals", "alerts", "--profiles-dir", "profiles"]
    done = subprocess.run(
        [*command, *models, "--target-path", folder / "target", "--log-path", folder / "logs"],
        cwd=CHECKOUT,
        env={"SERVICE_KPIS_BUILD": str(folder / "build.duckdb"), "PATH": "", "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    marts = folder / "target/compiled/service_kpis/models/marts/alerts"
    return {
        "kpis.int_alert_signals": (marts / "int_alert_signals.sql").read_text(),
        "marts.alerts": (marts / "alerts.sql").read_text(),
    }


def point(
    series: str, position: int, kind: str, direction: str, numerator: float, n: int, grain: str = "day"
) -> tuple:
    """One period of a series; `kind` is share, duration or count."""
    date = FIRST_DAY + (position - 1) * dt.timedelta(days=7 if grain == "week" else 1)
    denominator = float(n) if kind == "share" else 1.0
    return (
        series,
        kind,
        direction,
        grain,
        date,
        numerator,
        denominator,
        int(numerator) if kind == "count" else n,
    )


def simulate(kind: str, shift: float, seed: int) -> list[tuple]:
    """Days of SERIES series with a weekday's pattern; from SHIFT_ON on changed by the factor 1 + shift."""
    random = np.random.default_rng(seed)
    rows = []
    for series in range(SERIES):
        for day in range(DAYS):
            usual = WEEKDAY[day % 7]
            change = 1 + shift if day >= SHIFT_ON else 1
            n = int(random.poisson(200 * usual))
            if kind == "share":
                # More than chance alone: the days' own rates vary.
                rate = np.clip(random.normal(0.65, 0.02) * (0.95 if day % 7 > 4 else 1) * change, 0, 1)
                number, direction = random.binomial(n, rate), "down"
            elif kind == "duration":
                number, direction = random.lognormal(5, 1, n).mean() * (2 - usual) * change, "up"
            else:
                number, direction = random.poisson(200 * usual * change), "both"
            rows.append(point(f"{kind}{series}", day + 1, kind, direction, float(number), n))
    return rows


def judge(models: dict[str, str], rows: list[tuple], folder: Path, question: str) -> list[tuple]:
    """The answer to a question after the values have gone through the models."""
    with duckdb.connect(folder / "build.duckdb") as connection:
        columns = (pa.array(column) for column in zip(*rows, strict=True))
        connection.register("simulated", pa.table(dict(zip(COLUMNS, columns, strict=True))))
        connection.execute(TABLES)
        for name, sql in models.items():
            connection.execute(f"create table {name} as {sql}")
        return connection.execute(question).fetchall()


def episodes(models: dict[str, str], rows: list[tuple], folder: Path) -> list[tuple[str, int]]:
    """(series, number of the day on which it opened) per episode."""
    opened = judge(
        models,
        rows,
        folder,
        """
        select kpi_id, opened_period from marts.alerts
        """,
    )
    return [(series, (date - FIRST_DAY).days) for series, date in opened]


@pytest.mark.parametrize("kind", ["share", "duration", "count"])
def test_a_stable_series_gives_less_than_one_false_alarm_in_100_days(models, tmp_path, kind):
    opened = episodes(models, simulate(kind, 0, 7), tmp_path)
    assert len(opened) / SERIES / (DAYS - 20) * 100 < 1


@pytest.mark.parametrize(("kind", "shift"), [("share", -0.15), ("duration", 0.4), ("count", 0.3)])
def test_a_shift_is_found_within_eight_days_in_nine_of_ten_series(models, tmp_path, kind, shift):
    opened = episodes(models, simulate(kind, shift, 8), tmp_path)
    found = {series for series, day in opened if SHIFT_ON <= day < SHIFT_ON + 8}
    assert len(found) >= 0.9 * SERIES


def test_the_limits_are_the_mean_and_2_66_mean_moving_ranges(models, tmp_path):
    """Weeks of 10 and 12 in turn: mean 11, moving ranges 2, so 11 +- 5.32; 16.3 is quiet, 16.4 signals."""
    rows = [
        point(
            series, week, "duration", "up", last if week == 61 else 10.0 + 2 * (week % 2), 100, grain="week"
        )
        for series, last in (("quiet", 16.3), ("signal", 16.4))
        for week in range(1, 62)
    ]
    found = judge(models, rows, tmp_path, """
        select kpi_id, expected, lower_limit, upper_limit, signal
        from kpis.int_alert_signals where position = 61 order by kpi_id
    """)  # fmt: skip
    for row, series, signal in zip(found, ("quiet", "signal"), (None, "beyond_limit"), strict=True):
        assert row[0] == series
        assert row[1:4] == pytest.approx((11, 11 - 6 / 1.128, 11 + 6 / 1.128))
        assert row[4] == signal


def test_a_share_that_moves_more_than_chance_has_wider_limits(models, tmp_path):
    """45 and 55 of 100 in turn: one standard error (0.05) to each side, so sigma is 2 / 1.128 = 1.773."""
    rows = [
        point("share", week, "share", "down", 45.0 + 10 * (week % 2), 100, grain="week")
        for week in range(1, 62)
    ]
    found = judge(models, rows, tmp_path, """
        select expected, lower_limit, upper_limit from kpis.int_alert_signals where position = 61
    """)  # fmt: skip
    assert found[0] == pytest.approx((0.5, 0.5 - 0.15 * 2 / 1.128, 0.5 + 0.15 * 2 / 1.128))


def test_eight_weeks_on_one_side_signal_and_the_other_side_does_not(models, tmp_path):
    """Above from week 41 on, within the limits: week 48 signals where up is watched, none where down is."""
    rows = [
        point(
            direction,
            week,
            "duration",
            direction,
            10.0 + 2 * (week % 2) + (2.5 if week > 40 else 0),
            100,
            grain="week",
        )
        for direction in ("up", "down")
        for week in range(1, 51)
    ]
    found = judge(models, rows, tmp_path, """
        select kpi_id, min(position) from kpis.int_alert_signals where signal is not null group by 1
    """)  # fmt: skip
    assert found == [("up", 48)]
