"""Alerts and forecast on generated data: what was planted is found, and the forecast beats last week."""

import datetime as dt
import json

import duckdb
import pytest
from runs import publish

from service_kpis.generate import generate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A warehouse as of one week after the planted FCR drop began to be mature, and what was planted."""
    folder = tmp_path_factory.mktemp("analyses")
    generate(100_000, 1, folder / "landing")
    facts = json.loads((folder / "landing" / "_truth" / "facts.json").read_text())
    drop = facts["fcr_drop"]
    first = dt.datetime.fromisoformat(drop["first"]).replace(tzinfo=None)
    # A week of contacts, their 48 hours, and a week to find it in.
    as_of = first + dt.timedelta(days=7 + 2 + 7)
    warehouse = publish(folder / "landing", folder, "--as-of", as_of.isoformat())
    with duckdb.connect(warehouse, read_only=True) as connection:
        yield connection, drop["topic"], first.date()


def test_the_planted_fall_of_fcr_is_an_alert_within_a_week_of_being_mature(planted):
    connection, topic, first = planted
    found = connection.execute(
        """
        select distinct opened_period, is_open
        from marts.alerts
        where rule_id in ('fcr_topic_week', 'repeat_topic_week') and topic = ? and opened_period >= ?
        """,
        [topic, first],
    ).fetchall()
    assert found == [(first, True)]


def test_other_topics_are_not_blamed_for_it(planted):
    connection, topic, first = planted
    (others,) = connection.execute(
        """
        select count(*) from marts.alerts
        where rule_id in ('fcr_topic_week', 'repeat_topic_week') and topic <> ? and opened_period >= ?
        """,
        [topic, first],
    ).fetchone()
    assert others == 0


@pytest.mark.parametrize("kpi", ["fcr_issue_48h", "fcr_contact_48h"])
def test_the_change_drivers_name_its_topic_first(planted, kpi):
    connection, topic, first = planted
    driver = connection.execute(
        """
        select segment, total_change < 0, rate_effect < 0
        from marts.kpi_change_drivers
        where kpi_id = ? and grain = 'week' and compared_with = 'period_before' and dimension = 'topic'
            and period_start = ? and effect_rank = 1
        """,
        [kpi, first],
    ).fetchall()
    assert driver == [(topic, True, True)]


def test_the_forecast_beats_the_same_weekday_of_last_week(planted):
    connection, *_ = planted
    model, naive, weekly, method = connection.execute(
        """
        select wape_model, wape_seasonal_naive, weekly_wape_model, method
        from marts.forecast_backtest where channel = 'all'
        """
    ).fetchone()
    assert method == "level_weekday_event"
    assert model < naive
    assert weekly < 0.07
