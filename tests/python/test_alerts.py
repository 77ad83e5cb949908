"""Control charts on simulated series: quiet while nothing changes, quick when something does.

Simulated points go through the models' compiled SQL: an alert's whole way from points to episodes.
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


def point(series: str, position: int, kind: str, direction: str, numerator: float, n: int, **more) -> tuple:
    """One judged period of a series, as int_alert_points has it; `kind` is share, duration or count."""
    step = dt.timedelta(days=7 if more.get("grain") == "week" else 1)
    date = FIRST_DAY + (position - 1) * step
    denominator = float(n) if kind == "share" else 1.0
    nobody = (None, None, None, None)
    slice_ = ("csat_top_box", "n" if kind == "count" else "value", more.get("grain", "day"), "all", *nobody)
    sums = (numerator / denominator, numerator, denominator, None, n)
    rule = ("control_chart", direction, "no_target", date)
    return (series, "rule", *slice_, *rule, *sums, 7, date.isoweekday(), position, kind == "share")


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
    """The answer to a question after the points have gone through the models."""
    with duckdb.connect(folder / "build.duckdb") as connection:
        for schema in ("kpis", "marts", "seeds"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table seeds.kpi_registry as select 'csat_top_box' kpi_id, 'x' name_en, 'score' unit"
        )
        connection.execute(POINTS)
        names = [name for name, *_ in connection.execute("describe kpis.int_alert_points").fetchall()]
        columns = (pa.array(column) for column in zip(*rows, strict=True))
        connection.register("simulated", pa.table(dict(zip(names, columns, strict=True))))
        connection.execute("insert into kpis.int_alert_points select * from simulated")
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
        select distinct points.series_id, alerts.opened_period, alerts.alert_id
        from marts.alerts
        inner join kpis.int_alert_points as points
            on alerts.alert_id = substr(md5(points.series_id || '|' || alerts.opened_period::varchar), 1, 16)
        """,
    )
    return [(series, (date - FIRST_DAY).days) for series, date, _ in opened]


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
        select series_id, expected, lower_limit, upper_limit, signal
        from kpis.int_alert_signals where position = 61 order by series_id
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
        select series_id, min(position) from kpis.int_alert_signals where signal is not null group by 1
    """)  # fmt: skip
    assert found == [("up", 48)]
