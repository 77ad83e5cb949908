"""A table that did not land turns exactly the KPIs that need it to NULL, with the reason no_source."""

import shutil

import pytest
from rebuilt import Build, connected

from service_kpis.generate import generate

pytestmark = pytest.mark.slow

CONTACTS = ("tickets", "ticket_messages", "ticket_events", "chats", "chat_messages", "calls")
SURVEYED = (
    "nps", "csat_", "ces_", "survey", "micro_survey_", "agent_csat_", "clarity_", "speed_", "effort_",
    "recommend_", "solved_share_", "fcr_survey",
)  # fmt: skip
COSTED = (
    "cost_per_",
    "labour_cost_",
    "saving_per_",
    "automation_saving_",
    "automation_roi",
    "automation_cost_",
)
TICKETED = ("backlog_", "due_date_", "reopen_rate", "ticket_completion_")
TOUCHED = ("zendesk_one_touch", "zero_touch_", "one_touch_", "two_touch_", "multi_touch_")
HANDED_OVER = (
    "time_to_human_", "time_to_escalation_", "handover_queue_", "handover_first_", "handover_context_",
    "handover_quality_", "escalation_unknown_",
)  # fmt: skip
SPOKEN = (
    "speech_recognition_", "turn_", "turns_", "agent_turn_", "context_switch_", "fallback_", "intent_",
    "sentiment_", "frustrat", "satisfied_share", "handover_second_",
)  # fmt: skip
AUTOMATED = (
    "containment_", "false_containment_", "escalation_rate", "escalation_lost_", "handover_abandon_",
    "fcr_bot_", "bot_resolution_", "bot_engagement_", "bot_blocked_", "bot_out_of_hours_",
)  # fmt: skip
SELF_SERVED = ("deflection_", "task_completion_", "process_success_", "self_service_")
CALLED = ("answer_rate_", "failed_call_", "talk_time_", "hold_time_", "wrap_time_", "menu_time_")
CHATTED = ("chat_success_",)
WAITED = (
    "average_speed_", "queue_wait_", "abandon", "flow_out_", "service_level", "bot_handle_",
    "outcome_inferred_",
)  # fmt: skip
ANSWERED = ("next_reply_",)
ROSTERED = (
    "occupancy",
    "agent_utilisation_",
    "shrinkage_",
    "conversations_per_productive_",
    "customers_per_productive_",
    "chat_capacity_",
)
TRAINED = ("training_", "assessment_")

# What each absence takes away: the beginnings of the names of the KPIs that nothing else can feed.
NEEDS = {
    ("surveys",): SURVEYED,
    ("costs",): COSTED,
    ("tickets",): TICKETED,
    ("ticket_messages",): (*TOUCHED, *ANSWERED),
    ("ticket_events",): ("routing_accuracy", "requester_wait_"),
    ("chats",): (*HANDED_OVER, *CHATTED),
    ("chat_messages",): SPOKEN,
    ("calls",): CALLED,
    ("agents",): ("agent_turnover",),
    ("agent_shifts",): ROSTERED,
    ("agent_training",): TRAINED,
    ("self_service_sessions",): SELF_SERVED,
    ("ticket_messages", "chats", "calls"): (
        "first_response_",
        *TOUCHED,
        *ANSWERED,
        *HANDED_OVER,
        *AUTOMATED,
        *CALLED,
        *CHATTED,
        *WAITED,
    ),
}


@pytest.fixture(scope="module")
def landing(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "landing"
    generate(3_000, 3, folder)
    return folder


@pytest.fixture(scope="module")
def whole(landing):
    return Build(landing, landing.parent)


def without(landing, absent, folder):
    """A copy of the landing folder without some tables."""
    folder.mkdir()
    for file in landing.iterdir():
        table = max((t for t in (*CONTACTS, *sum(NEEDS, ())) if file.name.startswith(t)), key=len, default="")
        if file.is_file() and table not in absent:
            shutil.copy(file, folder)
    return folder


@pytest.mark.parametrize("absent", NEEDS, ids="+".join)
def test_a_missing_table_silences_its_kpis_and_no_others(whole, landing, tmp_path, absent):
    build = whole.load(without(landing, absent, tmp_path / "landing"), tmp_path)
    with connected(build) as connection:
        whole.run(connection)
        kpis = connection.execute("""
        select
            kpi_id,
            bool_and(value is null and numerator is null and n is null)
                filter (no_value_reason = 'no_source'),
            bool_or(no_value_reason = 'no_source'),
            bool_and(no_value_reason = 'no_source'),
            count(*)
        from marts.kpi_values
        group by kpi_id
        """).fetchall()
    build.unlink()
    silenced = {kpi for kpi, *_, everywhere, _ in kpis if everywhere}
    assert silenced == {kpi for kpi, *_ in kpis if kpi.startswith(NEEDS[absent])}
    for kpi, is_null, somewhere, everywhere, _ in kpis:
        assert somewhere is everywhere, f"{kpi} has no source in some rows only"
        assert is_null in (None, True), f"{kpi} has no source and yet a number"
