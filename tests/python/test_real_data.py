"""The three real data sets: their published numbers, and where each known oddity went."""

import pytest
from runs import publish, rows
from shared import REAL

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not REAL.is_dir(), reason="the real data sets are not beside the checkout"),
]


def rejects(warehouse):
    return dict(
        rows(
            warehouse,
            """
            select table_name || ' ' || rule || coalesce(' ' || column_name, ''), count(*)
            from quality.rejects
            group by all
            """,
        )
    )


def landed(warehouse):
    return {table: tuple(counts) for table, *counts in rows(
        warehouse,
        """
        select table_name, landed_rows, accepted_rows, rejected_rows
        from quality.reconciliation
        where landed_rows > 0
        """,
    )}  # fmt: skip


def check_bank(warehouse):
    outcomes = rows(
        warehouse,
        """
        select
            count(*),
            count(*) filter (responder = 'human'),
            count(*) filter (is_abandoned),
            count(*) filter (exclusion_reason = 'failed'),
            round(sum(handle_seconds) / count(*) filter (responder = 'human'), 2)
        from core.fct_conversations
        where source_system = 'bank'
        """,
    )
    assert outcomes == [(33_344, 27_162, 5_904, 278, 176.35)]
    # Of 1,943 who hung up in the menu nobody knows whether they spoke with it.
    assert rows(
        warehouse,
        "select bot_outcome, count(*) from core.fct_conversations"
        " where queue_outcome = 'left_in_menu' group by 1",
    ) == [(None, 1_943)]
    assert rows(
        warehouse, "select min(started_at)::varchar from core.fct_conversations where source_system = 'bank'"
    ) == [("1999-01-31 22:11:28",)]


def check_forecast(warehouse):
    """The method that is shown missed less than the same weekday of last week."""
    (backtest,) = rows(
        warehouse,
        "select method, wape_model < wape_seasonal_naive from marts.forecast_backtest where channel = 'all'",
    )
    assert backtest == ("level_weekday_event", True)


BANK = {
    "calls before_start ivr_ended_at": 25,
    "calls before_start queued_at": 25,
    "calls after_answer queued_at": 50,
    # Nine ids that a spreadsheet has rounded, such as 6.02157E+11: each is many customers.
    "calls nobody customer_id": 21,
}
FORUM = {"tickets superseded": 49, "ticket_messages before_parent sent_at": 27}
INCIDENTS = {
    "ticket_events before_parent occurred_at": 15,
    "ticket_events unknown_word from_status": 2,
    "ticket_events unknown_word to_status": 2,
    "tickets unknown_word channel": 4,
}


def test_the_banks_february(bank):
    warehouse = bank / "warehouse.duckdb"
    check_bank(warehouse)
    assert rejects(warehouse) == BANK
    aht, n = rows(
        warehouse,
        """
        select sum(numerator) / sum(denominator), sum(n)
        from marts.kpi_values
        where kpi_id = 'handle_time_mean' and grain = 'month' and slice = 'all'
        """,
    )[0]
    # 4,790,100 s of the 27,112 calls whose answer has an instant; of 50 more the talk is unknown.
    assert (round(aht, 2), n) == (176.68, 27_112)
    # A month is too short to tell which forecast is better; what is shown is what missed less so far.
    assert rows(
        warehouse,
        """
        select bool_and((method = 'level_weekday_event') = (wape_model < wape_seasonal_naive))
        from marts.forecast_backtest
        """,
    ) == [(True,)]


def test_the_mozilla_forum(tmp_path):
    warehouse = publish(REAL / "thunderbird", tmp_path)
    assert landed(warehouse) == {
        "tickets": (47_270, 47_221, 49),
        "ticket_messages": (105_684, 105_657, 27),
        "ticket_events": (5_166, 5_166, 0),
    }
    assert rejects(warehouse) == FORUM
    check_forecast(warehouse)


def test_the_it_departments_incidents(tmp_path):
    warehouse = publish(REAL / "uci_incidents", tmp_path)
    assert landed(warehouse) == {"tickets": (24_918, 24_918, 0), "ticket_events": (176_114, 176_099, 15)}
    assert rejects(warehouse) == INCIDENTS
    check_forecast(warehouse)


def test_all_three_in_one_folder_each_system_in_its_own_zone(tmp_path):
    landing = tmp_path / "landing"
    landing.mkdir()
    for source in REAL.iterdir():
        for file in source.iterdir():
            table, ending = file.name.split(".", 1)
            (landing / f"{table}_{source.name}.{ending}").symlink_to(file)
    zones = ("bank=Asia/Jerusalem", "servicenow=Europe/Lisbon", "sumo=UTC")
    options = [option for zone in zones for option in ("--source-timezone", zone)]
    warehouse = publish(landing, tmp_path, *options)
    check_bank(warehouse)
    assert rejects(warehouse) == {**BANK, **FORUM, **INCIDENTS}
    assert rows(warehouse, "select count(distinct source_system) from core.fct_conversations") == [(3,)]
