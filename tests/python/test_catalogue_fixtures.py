"""The KPI catalogue's worked cases: hand-written contacts, one run of the product, what it says about each.

Rows stand above the tests that read them. Customers, topics, teams and days are of their own in each case, so
that cases do not meet. Expected values come from the catalogue, the design and the landing contract.
"""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from worlds import Warehouse, World, at, hours, run_world, seconds

pytestmark = pytest.mark.slow

AS_OF = at("2025-12-20 00:00")
WINDOWS = {"24h": hours(24), "48h": hours(48), "7d": hours(7 * 24)}
ONE_SECOND = seconds(1)

world = World()
# Long before all cases: none of them is left-censored.
world.call("first_contact", at("2024-01-02 10:00"))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    opened = run_world(world, tmp_path_factory.mktemp("catalogue"), AS_OF)
    yield opened
    opened.close()


def fcr(conversation) -> list:
    return [conversation[f"fcr_{window}"] for window in WINDOWS]


def repeats(conversation) -> list:
    return [conversation[f"repeats_within_{window}"] for window in WINDOWS]


# --- The repeat window (fixtures 7 and 8) ---------------------------------------------------------

MONDAY = at("2025-02-03 10:00")
MONDAY_END = MONDAY + seconds(300)

for name, window in WINDOWS.items():
    for edge, late in {"exact": seconds(0), "late": ONE_SECOND}.items():
        customer = {"customer_email": f"edge_{name}_{edge}@example.org"}
        world.call(f"edge_{name}_{edge}_1", MONDAY, MONDAY_END, **customer)
        world.call(f"edge_{name}_{edge}_2", MONDAY_END + window + late, **customer)

world.call("overlap_1", MONDAY, MONDAY_END, customer_email="overlap@example.org")
world.call("overlap_2", MONDAY + seconds(60), customer_email="overlap@example.org")
world.call("same_instant_1", MONDAY, MONDAY_END, customer_email="same_instant@example.org")
world.call("same_instant_2", MONDAY, MONDAY_END, customer_email="same_instant@example.org")
world.call("never_again", MONDAY)


@pytest.mark.parametrize("window", WINDOWS)
def test_a_repeat_at_exactly_the_window_counts(warehouse, window):
    anchor = warehouse.conversation(f"edge_{window}_exact_1")
    assert anchor[f"repeats_within_{window}"] is True
    assert anchor[f"fcr_{window}"] is False
    assert anchor["next_same_topic_contact_at"] == MONDAY_END + WINDOWS[window]


@pytest.mark.parametrize("window", WINDOWS)
def test_a_repeat_one_second_after_the_window_does_not_count(warehouse, window):
    anchor = warehouse.conversation(f"edge_{window}_late_1")
    assert anchor[f"repeats_within_{window}"] is False
    assert anchor[f"fcr_{window}"] is True


def test_a_contact_that_starts_while_the_first_is_open_is_a_repeat(warehouse):
    assert repeats(warehouse.conversation("overlap_1")) == [True, True, True]


def test_a_contact_of_the_same_instant_does_not_start_after_the_other(warehouse):
    assert repeats(warehouse.conversation("same_instant_1")) == [False, False, False]
    assert repeats(warehouse.conversation("same_instant_2")) == [False, False, False]


def test_a_single_resolved_contact_is_resolved_at_first_contact(warehouse):
    call = warehouse.conversation("never_again")
    assert fcr(call) == [True, True, True]
    assert (call["resolution_evidence"], call["next_any_contact_at"]) == ("stated", None)


def test_a_wider_window_never_finds_fewer_repeats(warehouse):
    rows = warehouse.rows("from core.fct_conversations where repeats_within_24h is not null")
    assert any(repeats(row) == [False, False, True] for row in rows)
    for row in rows:
        assert repeats(row) == sorted(repeats(row)), row["source_conversation_id"]


def test_fcr_falls_as_the_window_widens(warehouse):
    # February holds only contacts of which all three windows have passed.
    values = [
        warehouse.kpi(f"{kpi}_{window}", "month", "2025-02-01")["value"]
        for kpi in ("fcr_contact", "fcr_issue")
        for window in WINDOWS
    ]
    for per_reading in (values[:3], values[3:]):
        assert all(narrow >= wide for narrow, wide in pairwise(per_reading))
        assert per_reading[0] > per_reading[-1]


# --- Issue chains and the two readings (fixture 6) ------------------------------------------------

CHAINS = (1, 1, 1, 3)
for copy in range(10):
    for chain, length in enumerate(CHAINS):
        for link in range(length):
            world.call(
                f"chain_{copy}_{chain}_{link}",
                at("2025-02-10 08:00") + hours(12 * link),
                customer_email=f"chain_{copy}_{chain}@example.org",
                team="chain_desk",
            )

for link in range(3):
    world.call(
        f"gap_linked_{link}", at("2025-02-10 08:00") + hours(40 * link), customer_email="gap@example.org"
    )


@pytest.mark.parametrize(
    ("kpi", "numerator", "denominator"),
    [("fcr_issue_behavioural_48h", 30, 40), ("fcr_contact_behavioural_48h", 40, 60)],
)
def test_chains_of_1_1_1_3_read_75_percent_per_issue_and_67_per_contact(
    warehouse, kpi, numerator, denominator
):
    value = warehouse.kpi(kpi, "month", "2025-02-01", "chain_desk")
    assert (value["numerator"], value["denominator"]) == (numerator, denominator)
    assert value["value"] == pytest.approx(numerator / denominator)


def test_where_every_call_was_resolved_the_headline_is_what_customers_did(warehouse):
    assert warehouse.kpi("fcr_issue_48h", "month", "2025-02-01", "chain_desk")["value"] == pytest.approx(0.75)


def test_repeat_rate_and_behavioural_contact_fcr_add_up_to_one(warehouse):
    rate = warehouse.kpi("repeat_contact_rate_48h", "month", "2025-02-01", "chain_desk")["value"]
    assert rate == pytest.approx(20 / 60)


def test_contacts_per_issue_of_the_chains_is_one_and_a_half(warehouse):
    assert warehouse.kpi("contacts_per_issue", "month", "2025-02-01", "chain_desk")["value"] == pytest.approx(
        1.5
    )


def test_a_third_contact_belongs_to_the_issue_when_it_follows_the_second_in_time(warehouse):
    issues = issues_of(warehouse, "gap_linked_0")
    assert [issue["conversation_count"] for issue in issues] == [3]


def issues_of(warehouse: Warehouse, source_conversation_id: str) -> list:
    """The issues of the customer of a contact."""
    return warehouse.rows(
        "select issues.* from core.fct_issues as issues join core.fct_conversations as conversations"
        " using (customer_id) where source_conversation_id = ? order by issues.started_at",
        source_conversation_id,
    )


# --- Pending and left-censored (fixture 9) --------------------------------------------------------

for number in range(10):
    customer = {"customer_email": f"pending_{number}@example.org", "team": "pending_desk"}
    world.call(f"pending_{number}_1", AS_OF - hours(20), **customer)
    world.call(f"pending_{number}_2", AS_OF - hours(19), **customer)
world.call("matures_now", AS_OF - hours(49), AS_OF - hours(48))
world.call("matures_in_a_second", AS_OF - hours(49), AS_OF - hours(48) + ONE_SECOND)

YOUNG_START = at("2025-06-02 10:00")
world.call("young_first", YOUNG_START, source_system="young")
world.call("young_too_early", YOUNG_START + hours(48) - ONE_SECOND, source_system="young")
world.call("young_just_known", YOUNG_START + hours(48), source_system="young")


def test_a_failure_today_is_still_pending(warehouse):
    call = warehouse.conversation("pending_0_1")
    assert call["repeats_within_48h"] is True
    assert (call["is_fcr_mature_48h"], call["fcr_48h"]) == (False, None)


def test_pending_contacts_are_in_neither_numerator_nor_denominator(warehouse):
    value = warehouse.kpi("fcr_contact_48h", "month", "2025-12-01", "pending_desk")
    assert (value["numerator"] or 0, value["denominator"] or 0, value["n_pending"]) == (0, 0, 20)
    assert (value["value"], value["maturity_rate"]) == (None, 0)


def test_a_contact_matures_when_exactly_the_window_has_passed(warehouse):
    assert warehouse.conversation("matures_now")["fcr_48h"] is True
    pending = warehouse.conversation("matures_in_a_second")
    assert (pending["is_fcr_mature_48h"], pending["fcr_48h"], pending["fcr_24h"]) == (False, None, True)


def test_contacts_of_a_systems_first_hours_may_be_repeats_of_something_unseen(warehouse):
    early = warehouse.conversation("young_too_early")
    assert (early["is_fcr_mature_48h"], early["fcr_48h"], early["fcr_24h"]) == (False, None, True)
    known = warehouse.conversation("young_just_known")
    assert (known["is_fcr_mature_48h"], known["fcr_48h"], known["fcr_7d"]) == (True, True, None)


# --- Who is the same customer (fixture 10) --------------------------------------------------------

for number in range(3):
    world.call(f"identified_{number}", MONDAY, team="identity_desk")
world.call("anonymous", MONDAY, team="identity_desk", customer_email=None)

world.call("anna_call", MONDAY, customer_email="Anna.Case@Example.org", customer_phone="+49 30 1234567")
world.chat(
    "anna_chat",
    MONDAY,
    [(0, "customer"), (5, "bot")],
    source_system="crm",
    customer_email="anna.case@example.org ",
)
world.call("anna_phone", MONDAY, source_system="telephony", customer_phone="0049 30 1234567")
world.ticket("anna_ticket", MONDAY, customer_phone="+49 (30) 123-4567")

world.call("same_id_crm", MONDAY, source_system="crm", customer_id="77")
world.call("same_id_telephony", MONDAY, source_system="telephony", customer_id="77")
world.call("same_id_crm_again", MONDAY, source_system="crm", customer_id="77")

for number in range(20):
    world.call(
        f"switchboard_{number}",
        MONDAY,
        customer_email=f"colleague_{number}@example.org",
        customer_phone="+49 89 9000000",
    )

for number in range(10):
    phone = {"customer_phone": f"+49 40 55500{number:02}", "team": "weak_desk"}
    world.call(f"weak_{number}_1", MONDAY, **phone)
    world.call(f"weak_{number}_2", MONDAY + hours(1), **phone)
world.call("strong", MONDAY, team="weak_desk")


def customers(warehouse, *source_conversation_ids: str) -> set:
    return {warehouse.conversation(name)["customer_id"] for name in source_conversation_ids}


def test_an_anonymous_contact_is_not_in_fcr(warehouse):
    call = warehouse.conversation("anonymous")
    assert (call["is_countable"], call["is_served"]) == (True, True)
    assert repeats(call) == fcr(call) == [None, None, None]


def test_identity_coverage_is_identified_among_countable(warehouse):
    value = warehouse.kpi("identity_coverage", "month", "2025-02-01", "identity_desk")
    assert (value["numerator"], value["denominator"], value["value"]) == (3, 4, 0.75)


def test_spellings_of_an_address_and_a_number_connect_a_customer_across_systems(warehouse):
    assert len(customers(warehouse, "anna_call", "anna_chat", "anna_phone", "anna_ticket")) == 1


def test_a_customer_id_is_known_only_in_its_own_system(warehouse):
    assert len(customers(warehouse, "same_id_crm", "same_id_telephony")) == 2
    assert len(customers(warehouse, "same_id_crm", "same_id_crm_again")) == 1


def test_a_switchboard_number_makes_nobody_the_same_person(warehouse):
    assert len(customers(warehouse, *(f"switchboard_{number}" for number in range(20)))) == 20


def test_who_is_known_by_phone_only_repeats_about_the_same_topic(warehouse):
    value = warehouse.kpi("fcr_contact_48h", "month", "2025-02-01", "weak_desk")
    assert (value["numerator"], value["denominator"]) == (11, 21)


def test_who_is_known_by_phone_only_is_not_read_for_any_topic(warehouse):
    # One contact is too few for a value of its team.
    counted = warehouse.row(
        "select sum(any_topic_anchors_48h) as anchors, sum(any_topic_excluded_48h) as excluded"
        " from marts.kpi_fcr where team = ? and month(kpi_date) = 2",
        "weak_desk",
    )
    assert counted == {"anchors": 1, "excluded": 20}


# --- Same topic, any topic, no topic (fixture 8) --------------------------------------------------

for number in range(10):
    customer = {"customer_email": f"two_topics_{number}@example.org", "team": "topic_desk"}
    world.call(f"two_topics_{number}_1", MONDAY, topic="invoice_question", **customer)
    world.call(f"two_topics_{number}_2", MONDAY + hours(1), topic="password_reset", **customer)

TOPIC_CHAINS = {
    "back_to_the_first": ["invoice_question", "password_reset", "invoice_question"],
    "topic_then_none": ["invoice_question", None],
    "none_then_topic": [None, "invoice_question"],
    "other_then_none": ["invoice_question", "password_reset", None],
}
for name, topics in TOPIC_CHAINS.items():
    for link, topic in enumerate(topics):
        world.call(f"{name}_{link}", MONDAY + hours(link), topic=topic, customer_email=f"{name}@example.org")


def test_another_topic_is_no_repeat_of_the_first(warehouse):
    call = warehouse.conversation("two_topics_0_1")
    assert (call["repeats_within_48h"], call["fcr_48h"]) == (False, True)
    assert call["next_same_topic_contact_at"] is None
    assert call["next_any_contact_at"] == MONDAY + hours(1)


@pytest.mark.parametrize(
    ("kpi", "numerator", "denominator"),
    [
        ("fcr_contact_48h", 20, 20),
        ("fcr_contact_any_topic_48h", 10, 20),
        ("fcr_issue_48h", 20, 20),
        ("fcr_issue_any_topic_48h", 0, 10),
    ],
)
def test_any_topic_is_the_stricter_reading(warehouse, kpi, numerator, denominator):
    value = warehouse.kpi(kpi, "month", "2025-02-01", "topic_desk")
    assert (value["numerator"], value["denominator"]) == (numerator, denominator)


@pytest.mark.parametrize(
    ("contact", "next_hour"),
    [
        ("back_to_the_first_0", 2),
        ("topic_then_none_0", 1),
        ("none_then_topic_0", 1),
        ("other_then_none_0", 2),
    ],
)
def test_a_contact_without_topic_is_compared_with_any(warehouse, contact, next_hour):
    call = warehouse.conversation(contact)
    assert call["repeats_within_24h"] is True
    assert call["next_same_topic_contact_at"] == MONDAY + hours(next_hour)


@pytest.mark.parametrize("name", ["topic_then_none", "none_then_topic"])
def test_a_contact_without_topic_continues_the_issue(warehouse, name):
    assert [issue["conversation_count"] for issue in issues_of(warehouse, f"{name}_0")] == [2]


# --- Tickets: reopened, revived, merged, escalated (fixtures 11 and 13) ---------------------------

TUESDAY = at("2025-03-04 10:00")
SOLVED = TUESDAY + seconds(1200)


def answered_ticket(ticket_id: str, **more) -> None:
    """Replied to in ten minutes, solved in twenty: inside the working hour of an e-mail."""
    world.solved_ticket(ticket_id, TUESDAY, TUESDAY + seconds(600), SOLVED, **more)


def solved_again(ticket_id: str, reopened_by: str, agent_replies: bool) -> None:
    """Opened 40 minutes after the solve and solved again half an hour later."""
    answered_ticket(ticket_id, last_solved_at=SOLVED + seconds(4200))
    if reopened_by == "customer":
        world.message(ticket_id, SOLVED + seconds(2400), "customer")
    world.status(ticket_id, SOLVED + seconds(2400), "solved", "open", actor_type=reopened_by, actor_id=None)
    if agent_replies:
        world.message(ticket_id, SOLVED + seconds(3600), "agent")
    world.status(ticket_id, SOLVED + seconds(4200), "open", "solved")


answered_ticket("plain_ticket")
solved_again("thank_you", "customer", agent_replies=False)
solved_again("real_reopen", "customer", agent_replies=True)
solved_again("agent_reopen", "agent", agent_replies=True)
solved_again("automation_reopen", "system", agent_replies=False)

REVIVALS = {"exactly_a_day": SOLVED + hours(24), "revived": SOLVED + hours(24) + ONE_SECOND}
for name, returned_at in REVIVALS.items():
    answered_ticket(name, last_solved_at=returned_at + seconds(1200))
    world.message(name, returned_at, "customer")
    world.status(name, returned_at, "solved", "open", actor_type="customer", actor_id=None)
    world.message(name, returned_at + seconds(600), "agent")
    world.status(name, returned_at + seconds(1200), "open", "solved")

# The parents are solved a day after the reply; the children come soon and late after the reply.
for name, child_created_at in {
    "merged_soon": TUESDAY + hours(26),
    "merged_late": TUESDAY + hours(60),
}.items():
    customer = {"customer_email": f"{name}@example.org"}
    world.solved_ticket(f"{name}_parent", TUESDAY, TUESDAY + seconds(600), TUESDAY + hours(25), **customer)
    world.ticket(
        f"{name}_child",
        child_created_at,
        status="closed",
        merged_into_ticket_id=f"{name}_parent",
        **customer,
    )
    world.event(f"{name}_child", child_created_at + hours(1), "merge", to_value=f"{name}_parent")

answered_ticket("escalated_ticket")
world.event("escalated_ticket", TUESDAY + seconds(900), "escalation", to_value="second_line")

answered_ticket("followed_up", customer_email="followed_up@example.org")
world.ticket(
    "follow_up",
    TUESDAY + hours(30),
    topic=None,
    customer_email="followed_up@example.org",
    follow_up_of_ticket_id="followed_up",
)


def test_an_email_solved_within_the_working_hour_is_resolved_at_first_contact(warehouse):
    ticket = warehouse.conversation("plain_ticket")
    assert (ticket["is_resolved"], ticket["is_reopened"]) == (True, False)
    assert (ticket["ended_at"], ticket["resolution_seconds"]) == (SOLVED, 1200)
    assert fcr(ticket) == [True, True, True]


def test_a_thank_you_is_no_reopen(warehouse):
    ticket = warehouse.conversation("thank_you")
    assert (ticket["is_reopened"], ticket["first_resolved_at"]) == (False, SOLVED)
    assert ticket["fcr_48h"] is True


def test_a_return_that_needs_a_reply_is_a_reopen(warehouse):
    ticket = warehouse.conversation("real_reopen")
    assert (ticket["is_reopened"], ticket["fcr_48h"]) == (True, False)


def test_a_ticket_opened_again_by_an_agent_is_still_resolved_at_first_contact(warehouse):
    assert warehouse.conversation("agent_reopen")["fcr_48h"] is True


@pytest.mark.parametrize("name", ["agent_reopen", "automation_reopen"])
def test_a_ticket_opened_again_without_the_customer_is_no_reopen(warehouse, name):
    assert warehouse.conversation(name)["is_reopened"] is False


def test_a_ticket_opened_and_closed_by_automation_is_still_resolved_at_first_contact(warehouse):
    assert warehouse.conversation("automation_reopen")["fcr_48h"] is True


def test_a_customer_back_exactly_a_day_after_the_solve_reopens_the_conversation(warehouse):
    ticket = warehouse.conversation("exactly_a_day")
    assert (ticket["conversation_seq"], ticket["is_reopened"]) == (1, True)


def test_a_customer_back_more_than_a_day_after_the_solve_begins_another_conversation(warehouse):
    first, second = warehouse.conversations("revived")
    assert (first["conversation_seq"], second["conversation_seq"]) == (1, 2)
    assert (first["ended_at"], first["resolved_at"], first["is_reopened"]) == (SOLVED, SOLVED, False)
    assert (first["repeats_within_24h"], first["repeats_within_48h"]) == (False, True)
    assert second["started_at"] == REVIVALS["revived"]
    assert (second["first_response_seconds"], second["resolution_seconds"]) == (600, 1200)


def test_a_merged_child_is_excluded_by_flag(warehouse):
    child = warehouse.conversation("merged_soon_child")
    assert (child["is_countable"], child["fcr_48h"], child["repeats_within_48h"]) == (False, None, None)
    assert "merged" in child["exclusion_reason"]


def test_a_child_merged_soon_is_no_repeat(warehouse):
    assert warehouse.conversation("merged_soon_parent")["repeats_within_48h"] is False


def test_a_child_created_more_than_48_hours_after_the_parents_reply_is_a_repeat(warehouse):
    assert warehouse.conversation("merged_late_parent")["repeats_within_48h"] is True


def test_an_escalated_ticket_is_not_resolved_at_first_contact(warehouse):
    ticket = warehouse.conversation("escalated_ticket")
    assert (ticket["is_escalated"], ticket["is_resolved"], ticket["fcr_48h"]) == (True, True, False)


def test_a_follow_up_ticket_without_topic_is_a_repeat(warehouse):
    assert warehouse.conversation("followed_up")["repeats_within_48h"] is True


# --- The working hour of an e-mail (fixture 12) and business time (fixture F5) --------------------

FRIDAY_EVENING = at("2025-02-07 17:59:30")
EMAIL_HOUR = {
    "email_3570": (at("2025-02-10 09:59:00"), 3570, True),
    "email_3600": (at("2025-02-10 09:59:30"), 3600, True),
    "email_3601": (at("2025-02-10 09:59:31"), 3601, False),
}
for name, (solved_at, _, _) in EMAIL_HOUR.items():
    world.solved_ticket(name, FRIDAY_EVENING, solved_at - seconds(60), solved_at)

# Team, created and answered in UTC, business seconds: Berlin is UTC+1, from 30 March to 26 October UTC+2;
# New York is UTC-5, from 9 March to 2 November UTC-4.
BUSINESS_TIME = {
    # Friday 17-18, Saturday 10-14, Monday 9-10.
    "europe_spring": ("eu_frontline", "2025-03-28 16:00", "2025-03-31 08:00", 6 * 3600),
    "europe_autumn": ("eu_frontline", "2025-10-24 15:00", "2025-10-27 09:00", 6 * 3600),
    # Friday 19-20, Monday 8-9.
    "america_spring": ("us_frontline", "2025-03-08 00:00", "2025-03-10 13:00", 2 * 3600),
    "america_autumn": ("us_frontline", "2025-10-31 23:00", "2025-11-03 14:00", 2 * 3600),
    # Wednesday 17-18, Labour Day closed, Friday 9-10.
    "holiday": ("eu_frontline", "2025-04-30 15:00", "2025-05-02 08:00", 2 * 3600),
    # Nights of 22-6: seven hours long in spring, nine in autumn.
    "night_spring": ("night_desk", "2025-03-29 20:00", "2025-03-30 05:00", 7 * 3600),
    "night_autumn": ("night_desk", "2025-10-25 19:00", "2025-10-26 06:00", 9 * 3600),
    "night_inside": ("night_desk", "2025-02-04 22:00", "2025-02-05 04:00", 6 * 3600),
    "night_both_ends": ("night_desk", "2025-02-04 04:00", "2025-02-04 22:00", 2 * 3600),
    "sunday": ("eu_frontline", "2025-02-09 10:00", "2025-02-09 16:00", 0),
    "team_without_calendar": ("some_desk", "2025-02-04 08:00", "2025-02-04 10:30", 90 * 60),
    "zero_length": ("eu_frontline", "2025-02-04 10:00", "2025-02-04 10:00", 0),
}
for name, (team, created_at, answered_at, _) in BUSINESS_TIME.items():
    world.solved_ticket(f"clock_{name}", at(created_at), at(answered_at), at(answered_at), team=team)


@pytest.mark.parametrize("name", EMAIL_HOUR)
def test_an_email_has_one_working_hour_and_exactly_an_hour_counts(warehouse, name):
    solved_at, business_seconds, is_fcr = EMAIL_HOUR[name]
    ticket = warehouse.conversation(name)
    assert ticket["resolution_business_seconds"] == business_seconds
    assert ticket["resolution_seconds"] == (solved_at - FRIDAY_EVENING).total_seconds()
    assert ticket["fcr_48h"] is is_fcr


@pytest.mark.parametrize("name", BUSINESS_TIME)
def test_business_seconds_are_the_open_seconds_of_the_teams_calendar(warehouse, name):
    *_, business_seconds = BUSINESS_TIME[name]
    ticket = warehouse.conversation(f"clock_{name}")
    assert ticket["first_response_business_seconds"] == business_seconds
    assert ticket["resolution_business_seconds"] == business_seconds


# --- First response (fixture 22) ------------------------------------------------------------------

world.ticket("patient", TUESDAY)
world.message("patient", TUESDAY + seconds(5), "system", is_automated=True)
world.message("patient", TUESDAY + seconds(10), "agent", is_automated=True)
world.message("patient", TUESDAY + seconds(60), "agent", is_public=False)
world.message("patient", TUESDAY + seconds(600), "agent")

world.ticket("bot_first", TUESDAY)
world.message("bot_first", TUESDAY + seconds(20), "bot")
world.message("bot_first", TUESDAY + seconds(900), "agent")

world.chat(
    "handed_over",
    TUESDAY,
    [(0, "customer"), (5, "bot"), (20, "customer"), (70, "agent"), (100, "customer"), (130, "agent")],
    ended_at=TUESDAY + seconds(190),
    end_reason="agent_closed",
    handover_requested_at=TUESDAY + seconds(30),
    handover_reason="customer_request",
    queued_at=TUESDAY + seconds(30),
    handover_accepted_at=TUESDAY + seconds(60),
    agent_joined_at=TUESDAY + seconds(60),
    agent_id="agent_1",
)

DECEMBER = at("2025-12-01 10:00")
for number in range(5):
    for name, replied_after in {"fast": 600, "just": 3600}.items():
        ticket_id = f"frt_{name}_{number}"
        world.ticket(ticket_id, DECEMBER, team="frt_desk")
        world.message(ticket_id, DECEMBER + seconds(replied_after), "agent")
for number in range(10):
    world.ticket(f"frt_ignored_{number}", DECEMBER, team="frt_desk")
for number in range(4):
    world.ticket(f"frt_in_time_still_{number}", AS_OF - seconds(1800), team="frt_desk")
for number in range(3):
    world.abandoned_call(f"frt_left_{number}", DECEMBER, team="frt_desk")


def test_automatic_messages_and_internal_notes_do_not_stop_the_clock(warehouse):
    ticket = warehouse.conversation("patient")
    assert (ticket["first_response_at"], ticket["first_response_seconds"]) == (TUESDAY + seconds(600), 600)


def test_the_bots_answer_is_a_response_but_not_a_human_one(warehouse):
    ticket = warehouse.conversation("bot_first")
    assert (ticket["first_response_seconds"], ticket["first_human_response_at"]) == (
        20,
        TUESDAY + seconds(900),
    )


def test_the_human_clock_starts_at_the_handover_request(warehouse):
    chat = warehouse.conversation("handed_over")
    assert (chat["first_response_seconds"], chat["first_human_response_seconds"]) == (5, 40)


def test_a_phone_call_is_responded_to_when_it_is_answered(warehouse):
    assert warehouse.conversation("never_again")["first_response_seconds"] == 10


def test_an_unanswered_overdue_conversation_is_a_miss(warehouse):
    value = warehouse.kpi("first_response_any_within_target", "month", "2025-12-01", "frt_desk")
    assert (value["numerator"], value["denominator"], value["value"]) == (10, 20, 0.5)


def test_who_is_not_yet_overdue_is_pending_and_who_left_is_excluded(warehouse):
    value = warehouse.kpi("first_response_any_within_target", "month", "2025-12-01", "frt_desk")
    assert (value["n_pending"], value["n_excluded"]) == (4, 3)


def test_the_mean_first_response_is_that_of_answered_conversations(warehouse):
    value = warehouse.kpi("first_response_any_mean", "month", "2025-12-01", "frt_desk")
    assert (value["numerator"], value["denominator"], value["value"]) == (21_000, 10, 2100)


# --- Handle time, call legs, transfers ------------------------------------------------------------


def two_legs(call_id: str, second_team: str) -> None:
    """100 s and 200 s connected, of which 10 s and 20 s on hold; 5 s and 15 s of after-call work."""
    talked = MONDAY + seconds(110)
    customer = {"customer_email": f"{call_id}@example.org", "root_call_id": call_id}
    world.call(call_id, MONDAY, talked, hold_seconds=10, wrap_seconds=5, team="eu_frontline", **customer)
    world.call(
        f"{call_id}_leg_2",
        talked,
        talked + seconds(210),
        hold_seconds=20,
        wrap_seconds=15,
        team=second_team,
        agent_id="agent_2",
        **customer,
    )


two_legs("colleague_helps", "eu_frontline")
two_legs("second_line", "eu_backoffice")

QUIET_DAY = at("2025-03-17 10:00")
for number in range(10):
    world.call(f"handled_{number}", QUIET_DAY, QUIET_DAY + seconds(310), wrap_seconds=20)
    world.chat(f"bot_alone_{number}", QUIET_DAY, [(0, "customer"), (5, "bot")])

answered_ticket("logged_work")
world.event("logged_work", TUESDAY + seconds(600), "work_logged", work_seconds=240)
world.event("logged_work", TUESDAY + seconds(900), "work_logged", work_seconds=60)

world.call("calls_back_1", MONDAY, customer_email="callback@example.org")
world.call("calls_back_2", MONDAY + hours(3), customer_email="callback@example.org", direction="outbound")


def test_call_legs_are_one_conversation_whose_handle_time_is_their_sum(warehouse):
    call = warehouse.conversation("colleague_helps")
    assert call["handle_seconds"] == 90 + 10 + 5 + 180 + 20 + 15
    assert (call["started_at"], call["ended_at"]) == (MONDAY, MONDAY + seconds(320))
    assert warehouse.conversations("colleague_helps_leg_2") == []


def test_a_colleague_in_the_same_call_is_no_escalation(warehouse):
    call = warehouse.conversation("colleague_helps")
    assert (call["is_escalated"], call["fcr_48h"]) == (False, True)


# Catalogue K01 lets a second tier fail the first contact unless it joined the same live session; landed legs
# do not say which, and DECISIONS.md reads every transfer on the customer's line as joining.
def test_a_transfer_within_the_live_call_is_no_escalation(warehouse):
    call = warehouse.conversation("second_line")
    assert (call["is_escalated"], call["fcr_48h"]) == (False, True)


def test_a_ticket_is_handled_for_the_seconds_logged(warehouse):
    assert warehouse.conversation("logged_work")["handle_seconds"] == 300


def test_a_chat_is_handled_from_joining_or_the_customers_word_to_the_reply(warehouse):
    """Joined after 60 s and replied after 70; asked after 100 and replied after 130."""
    assert warehouse.conversation("handed_over")["handle_seconds"] == 10 + 30


def test_conversations_of_bots_alone_are_not_in_handle_time(warehouse):
    value = warehouse.kpi("handle_time_mean", "day", "2025-03-17")
    assert (value["numerator"], value["denominator"], value["value"]) == (3200, 10, 320)
    assert value["n_excluded"] == 10


def test_a_promised_callback_is_no_repeat(warehouse):
    assert warehouse.conversation("calls_back_1")["repeats_within_48h"] is False


def test_a_promised_callback_fails_nothing(warehouse):
    """The public definition of fcr_<W> leaves it out; DECISIONS.md says why."""
    assert warehouse.conversation("calls_back_1")["fcr_48h"] is True


# --- Served or not --------------------------------------------------------------------------------

for number in range(10):
    customer = {"customer_email": f"retry_{number}@example.org", "team": "retry_desk"}
    world.abandoned_call(f"retry_{number}_1", MONDAY, **customer)
    world.call(f"retry_{number}_2", MONDAY + seconds(600), **customer)

world.call("gives_up_1", MONDAY, customer_email="gives_up@example.org")
world.abandoned_call("gives_up_2", MONDAY + hours(2), customer_email="gives_up@example.org")


def test_an_abandoned_call_is_a_contact_but_no_anchor(warehouse):
    call = warehouse.conversation("retry_0_1")
    assert (call["is_countable"], call["is_served"], call["is_abandoned"]) == (True, False, True)
    assert repeats(call) == fcr(call) == [None, None, None]
    assert (call["responder"], call["first_response_seconds"]) == ("none", None)


def test_the_retry_after_an_abandoned_call_is_the_first_contact(warehouse):
    assert warehouse.conversation("retry_0_2")["fcr_48h"] is True
    value = warehouse.kpi("fcr_issue_48h", "month", "2025-02-01", "retry_desk")
    assert (value["numerator"], value["denominator"]) == (10, 10)


def test_an_abandoned_call_is_a_repeat_of_the_one_before(warehouse):
    assert warehouse.conversation("gives_up_1")["repeats_within_48h"] is True


# --- Bots (K10) -----------------------------------------------------------------------------------

APRIL = at("2025-04-14 10:00")
ANSWERED = [(0, "customer"), (5, "bot"), (60, "customer"), (65, "bot")]
BOT_OUTCOMES = {
    "not_engaged": "greeted_only",
    "pending": "bot_yesterday",
    "blocked": "bot_broken",
    "escalated_connected": "handed_over",
    "escalated_lost": "handover_lost",
    "contained_returned": "bot_then_call",
    "resolved_confirmed": "bot_confirmed",
    "resolved_task": "bot_task",
    "contained_durable": "bot_silent",
}
world.chat("greeted_only", APRIL, [(0, "bot")])
world.chat("bot_yesterday", AS_OF - hours(30), ANSWERED, outcome="resolved_confirmed")
world.chat("bot_broken", APRIL, [(0, "customer")], end_reason="error")
world.chat(
    "handover_lost",
    APRIL,
    [(0, "customer"), (5, "bot"), (20, "customer")],
    end_reason="offline",
    handover_requested_at=APRIL + seconds(20),
    queued_at=APRIL + seconds(20),
)
world.chat(
    "bot_then_call", APRIL, ANSWERED, outcome="resolved_confirmed", customer_email="returns@example.org"
)
world.call("call_after_bot", APRIL + hours(5), customer_email="returns@example.org")
world.chat(
    "bot_mute", APRIL, [(0, "customer")], end_reason="customer_left", customer_email="unheard@example.org"
)
world.call("call_after_mute_bot", APRIL + hours(5), customer_email="unheard@example.org")
world.chat("bot_confirmed", APRIL, ANSWERED, outcome="resolved_confirmed")
world.chat("bot_task", APRIL, ANSWERED, outcome="resolved_task")
world.chat("bot_silent", APRIL, ANSWERED)
world.chat("bot_no_answer", APRIL, [*ANSWERED, (90, "customer")])
world.chat("bot_at_a_loss", APRIL, [*ANSWERED, (90, "customer"), (95, "bot?")])
world.call(
    "ivr_no_input",
    APRIL,
    ivr_started_at=APRIL,
    ivr_ended_at=APRIL + seconds(30),
    ivr_inputs=0,
    queued_at=None,
    answered_at=None,
    agent_id=None,
    resolved=None,
    outcome="ivr_contained",
)


@pytest.mark.parametrize("outcome", BOT_OUTCOMES)
def test_every_bot_conversation_has_one_outcome(warehouse, outcome):
    assert warehouse.conversation(BOT_OUTCOMES[outcome])["bot_outcome"] == outcome


@pytest.mark.parametrize("chat", ["bot_no_answer", "bot_at_a_loss"])
def test_a_customer_left_without_answer_abandoned_the_bot(warehouse, chat):
    assert warehouse.conversation(chat)["bot_outcome"] == "abandoned_in_bot"


def test_an_ivr_left_without_input_was_not_engaged(warehouse):
    assert warehouse.conversation("ivr_no_input")["bot_outcome"] == "not_engaged"


def test_who_returns_to_a_bot_that_never_answered_is_returned_and_not_abandoned(warehouse):
    chat = warehouse.conversation("bot_mute")
    assert (chat["is_served"], chat["bot_outcome"]) == (False, "contained_returned")


def test_a_conversation_without_bot_has_no_bot_outcome(warehouse):
    assert warehouse.conversation("never_again")["bot_outcome"] is None


def test_a_bot_chat_handed_over_is_one_conversation_of_both(warehouse):
    chat = warehouse.conversation("handed_over")
    assert (chat["responder"], chat["is_served"]) == ("hybrid", True)
    assert chat["resolution_evidence"] == "inferred"


def test_a_handover_does_not_fail_first_contact_resolution(warehouse):
    assert warehouse.conversation("handed_over")["fcr_48h"] is True


def test_a_bot_chat_followed_by_a_call_is_two_conversations_of_one_issue(warehouse):
    chat, call = (warehouse.conversation(name) for name in ("bot_then_call", "call_after_bot"))
    assert (chat["responder"], call["responder"]) == ("bot", "human")
    assert (chat["repeats_within_24h"], chat["fcr_24h"], call["fcr_24h"]) == (True, False, True)
    assert [issue["conversation_count"] for issue in issues_of(warehouse, "bot_then_call")] == [2]


def test_what_a_bot_only_seems_to_have_resolved_is_no_first_contact_resolution(warehouse):
    chat = warehouse.conversation("bot_silent")
    assert (chat["is_resolved"], chat["resolution_evidence"]) == (True, "inferred")
    assert fcr(chat) == [False, False, False]


@pytest.mark.parametrize("chat", ["bot_confirmed", "bot_task"])
def test_what_a_bot_resolved_as_stated_is_first_contact_resolution(warehouse, chat):
    conversation = warehouse.conversation(chat)
    assert (conversation["is_resolved"], conversation["resolution_evidence"]) == (True, "stated")
    assert fcr(conversation) == [True, True, True]


# --- Excluded by flag (fixture 13) ----------------------------------------------------------------

for reason in ("spam", "test", "deleted"):
    answered_ticket(f"excluded_{reason}", status=reason)
answered_ticket("excluded_outbound", is_outbound=True)
world.call("excluded_outbound_call", MONDAY, direction="outbound")
world.call(
    "excluded_failed",
    MONDAY,
    outcome="failed",
    queued_at=None,
    answered_at=None,
    agent_id=None,
    resolved=None,
)
world.chat("excluded_unengaged", APRIL, [(0, "bot"), (5, "bot")])


EXCLUDED = {
    "excluded_spam": "spam",
    "excluded_test": "test",
    "excluded_deleted": "deleted",
    "excluded_outbound": "outbound",
    "excluded_outbound_call": "outbound",
    "excluded_failed": "failed",
    "excluded_unengaged": "unengaged",
}


@pytest.mark.parametrize(("contact", "reason"), EXCLUDED.items())
def test_what_is_no_contact_stays_with_its_reason(warehouse, contact, reason):
    row = warehouse.conversation(contact)
    assert row["is_countable"] is False
    assert reason in row["exclusion_reason"]
    assert repeats(row) == fcr(row) == [None, None, None]


def test_raw_is_counted_and_excluded(warehouse):
    legs, revived = 2, 1
    landed = sum(len(world.tables[table]) for table in ("calls", "chats", "tickets")) - legs + revived
    counts = warehouse.row(
        "select count(*) as raw, count(*) filter (is_countable and exclusion_reason is null) as counted,"
        " count(*) filter (not is_countable and exclusion_reason is not null) as excluded"
        " from core.fct_conversations"
    )
    assert counts["raw"] == landed
    assert counts["raw"] == counts["counted"] + counts["excluded"]


def test_nothing_else_is_excluded(warehouse):
    rows = warehouse.rows(
        "select source_conversation_id as contact from core.fct_conversations where not is_countable"
    )
    others = {"merged_soon_child", "greeted_only", "calls_back_2"}
    # Whether a menu left without input is a contact is open: see its bot outcome.
    assert {row["contact"] for row in rows} - {"ivr_no_input"} == {*EXCLUDED, *others}


def test_a_kpi_counts_pends_or_excludes_every_conversation(warehouse):
    counts = warehouse.row(
        "select sum(denominator + n_pending + n_excluded) as said,"
        " (select count(*) from core.fct_conversations) as raw"
        " from marts.kpi_values where kpi_id = 'fcr_contact_48h' and grain = 'month' and slice = 'all'"
    )
    assert counts["said"] == counts["raw"]


def test_a_kpi_is_cut_by_bot(warehouse):
    """Every bot's eligible conversations, counted from the fact; what names no bot is unknown."""
    counted = warehouse.rows(
        "select coalesce(bot_id, 'unknown') as bot, date_trunc('month', conversation_date)::date as month,"
        " count(*) as n, count(*) filter (bot_outcome like 'escalated%') as escalated"
        " from core.fct_conversations"
        " where is_countable and bot_outcome not in ('not_engaged', 'pending', 'blocked') group by all"
    )
    shown = {
        (row["bot"], row["period_start"]): (row["n"], row["numerator"])
        for row in warehouse.rows(
            "from marts.kpi_values where kpi_id = 'escalation_rate' and slice = 'bot' and grain = 'month'"
            " and value is not null"
        )
    }
    expected = {(row["bot"], row["month"]): (row["n"], row["escalated"]) for row in counted if row["n"] >= 10}
    assert expected and shown == expected


# --- Surveys (fixtures 2 to 5, 23, 24, 26) --------------------------------------------------------

CSAT_DAY, CES_DAY, NPS_DAY, FEW_DAY, SENT_DAY = (at(f"2025-04-{day:02} 09:00") for day in (1, 2, 3, 4, 8))
FIVE, TEN, SEVEN, THREE, FOUR = ({"scale_min": 1, "scale_max": top} for top in (5, 10, 7, 3, 4))
HUNDRED = {"scale_min": 0, "scale_max": 100}
ZERO_TO_TEN = {"scale_min": 0, "scale_max": 10}


def answers(name: str, question: str, sent_at, counts: dict[int, int], **more) -> None:
    """`counts[score]` answers of as many customers."""
    for score, count in counts.items():
        for number in range(count):
            world.survey(f"{name}_{score}_{number}", question, score, sent_at, **more)


answers("csat_5", "csat", CSAT_DAY, {5: 4, 4: 3, 3: 2, 1: 1}, **FIVE)
answers("csat_10", "csat", CSAT_DAY, {10: 1, 9: 2, 8: 4, 5: 3}, **TEN)
answers("csat_7", "csat", CSAT_DAY, {7: 12}, **SEVEN)
answers("csat_3", "csat", CSAT_DAY, {3: 6, 2: 3, 1: 1}, **THREE)
answers("csat_4", "csat", CSAT_DAY, {4: 2, 3: 3, 2: 4, 1: 1}, **FOUR)
answers("csat_100", "csat", CSAT_DAY, {100: 1, 80: 3, 79: 5, 0: 1}, **HUNDRED)
late = CSAT_DAY - timedelta(days=8)
answers("csat_late", "csat", late, {5: 1}, responded_at=CSAT_DAY + hours(1), **FIVE)

CES_COUNTS = dict(zip(range(1, 8), (80, 210, 140, 110, 160, 180, 120), strict=True))
answers("ces", "ces", CES_DAY, CES_COUNTS, **SEVEN)
answers("ces_v1", "ces", CES_DAY, {1: 15}, higher_is_better=False, **FIVE)

answers("nps", "nps", NPS_DAY, {10: 20, 9: 30, 8: 10, 7: 20, 6: 15, 0: 5}, **ZERO_TO_TEN)
answers("nps_from_1", "nps", NPS_DAY, {10: 40}, **TEN)
for number in range(40):
    world.survey(f"nps_silent_{number}", "nps", None, NPS_DAY, **ZERO_TO_TEN)

answers("nps_alone", "nps", FEW_DAY, {10: 1}, **ZERO_TO_TEN)
answers("csat_few", "csat", FEW_DAY, {5: 5}, **FIVE)

REPEATED = {"within_90_days": (at("2025-05-05 09:00"), 30), "after_91_days": (at("2025-05-06 09:00"), 91)}
for name, (first_sent, days) in REPEATED.items():
    for number in range(30):
        customer = {"customer_email": f"{name}_{number}@example.org", **ZERO_TO_TEN}
        world.survey(f"{name}_{number}_1", "nps", 0, first_sent, **customer)
        world.survey(f"{name}_{number}_2", "nps", 10, first_sent + timedelta(days=days), **customer)

for number in range(5):
    world.survey(f"sent_answered_{number}", "csat", 5, SENT_DAY)
world.survey("sent_just_in_time", "csat", 5, SENT_DAY, responded_at=SENT_DAY + timedelta(days=7))
world.survey("sent_late", "csat", 5, SENT_DAY, responded_at=SENT_DAY + timedelta(days=8))
for number in range(8):
    world.survey(f"sent_silent_{number}", "csat", None, SENT_DAY)
for number in range(5):
    world.survey(f"sent_bounced_{number}", "csat", None, SENT_DAY, delivered=False)
for number in range(10):
    world.survey(f"sent_open_{number}", "csat", 5 if number == 0 else None, AS_OF - timedelta(days=6))

world.call("by_agent_1", MONDAY, agent_id="agent_1")
world.call("by_agent_2", MONDAY, agent_id="agent_2")
answered_ticket("reassigned", assigned_agent_id="agent_2")
world.event("reassigned", SOLVED + hours(2), "assignment", from_value="agent_1", to_value="agent_2")
world.message("reassigned", SOLVED + hours(3), "agent", sender_id="agent_2")
about = {"conversation_type": "ticket", "conversation_id": "reassigned"}
world.survey("frozen", "csat", 1, SOLVED + hours(1), responded_at=SOLVED + hours(5), **about)

for name, late in {"in_72h": seconds(0), "after_72h": ONE_SECOND}.items():
    customer = {"customer_email": f"{name}@example.org"}
    world.call(f"{name}_call", MONDAY, MONDAY_END, **customer)
    world.survey(f"{name}_survey", "csat", 5, MONDAY_END + hours(72) + late, **customer)


def survey(warehouse, survey_id: str) -> dict:
    return warehouse.row("from core.fct_survey_responses where survey_id = ?", survey_id)


def test_nps_of_50_30_20_is_30_give_or_take_15(warehouse):
    value = warehouse.kpi("nps", "day", "2025-04-03")
    assert (value["numerator"], value["denominator"], value["n"]) == (30, 100, 100)
    assert value["value"] == 30.0
    assert value["ci_low"] == pytest.approx(30 - 15.31, abs=0.005)
    assert value["ci_high"] == pytest.approx(30 + 15.31, abs=0.005)


def test_another_scale_is_not_nps_and_silence_is_not_passive(warehouse):
    assert warehouse.kpi("nps", "day", "2025-04-03")["denominator"] == 100
    assert warehouse.kpi("nps", "day", "2025-04-03")["n_excluded"] >= 40


def test_nps_of_one_promoter_is_suppressed(warehouse):
    value = warehouse.kpi("nps", "day", "2025-04-04")
    assert (value["value"], value["ci_low"], value["ci_high"]) == (None, None, None)
    assert (value["n"], value["is_small_n"]) == (1, True)
    assert value["no_value_reason"]


def test_of_one_respondents_answers_within_90_days_the_latest_counts(warehouse):
    first = warehouse.rows(
        "from marts.kpi_values where kpi_id = 'nps' and period_start = date '2025-05-05' and grain = 'day'"
    )
    assert all((row["denominator"] or 0) == 0 for row in first)
    latest = warehouse.kpi("nps", "day", "2025-06-04")
    assert (latest["value"], latest["n"]) == (100, 30)


def test_answers_91_days_apart_both_count(warehouse):
    assert warehouse.kpi("nps", "day", "2025-05-06")["value"] == -100
    assert warehouse.kpi("nps", "day", "2025-08-05")["value"] == 100


def test_ces_of_the_worked_counts(warehouse):
    value = warehouse.kpi("ces_mean", "day", "2025-04-02")
    assert (value["numerator"], value["denominator"], value["value"]) == (4080, 1000, 4.08)
    assert warehouse.kpi("ces_easy_share", "day", "2025-04-02")["value"] == 0.46


def test_csat_scales_are_not_pooled(warehouse):
    five = warehouse.kpi("csat_top_box", "day", "2025-04-01")
    ten = warehouse.kpi("csat_top_box_10_point", "day", "2025-04-01")
    assert (five["numerator"], five["denominator"]) == (7, 10)
    assert (ten["numerator"], ten["denominator"]) == (3, 10)
    assert warehouse.kpi("csat_mean", "day", "2025-04-01")["value"] == pytest.approx(3.9)
    assert warehouse.kpi("csat_mean_10_point", "day", "2025-04-01")["value"] == pytest.approx(7.5)


@pytest.mark.parametrize(
    ("scale", "top_box", "mean"), [("3_point", 0.6, 2.5), ("4_point", 0.5, 2.6), ("100_point", 0.4, 73.5)]
)
def test_a_top_box_is_that_of_its_scale(warehouse, scale, top_box, mean):
    shares = warehouse.kpi(f"csat_top_box_{scale}", "day", "2025-04-01")
    assert (shares["value"], shares["n"]) == (top_box, 10)
    assert warehouse.kpi(f"csat_mean_{scale}", "day", "2025-04-01")["value"] == pytest.approx(mean)


def test_the_wilson_interval_of_7_in_10(warehouse):
    value = warehouse.kpi("csat_top_box", "day", "2025-04-01")
    assert value["value"] == pytest.approx(0.7)
    assert value["ci_low"] == pytest.approx(0.397, abs=0.0005)
    assert value["ci_high"] == pytest.approx(0.892, abs=0.0005)
    assert value["is_small_n"] is True


def test_five_of_five_is_hidden(warehouse):
    value = warehouse.kpi("csat_top_box", "day", "2025-04-04")
    assert (value["n"], value["value"], value["is_small_n"]) == (5, None, True)


def test_the_response_rate_is_over_delivered_invitations(warehouse):
    value = warehouse.kpi("survey_response_rate", "day", "2025-04-08")
    assert (value["numerator"], value["denominator"], value["value"]) == (6, 15, 0.4)
    assert value["n_excluded"] == 5


def test_an_invitation_whose_window_is_open_is_pending(warehouse):
    value = warehouse.kpi("survey_response_rate", "day", "2025-12-14")
    assert (value["denominator"] or 0, value["n_pending"], value["value"]) == (0, 10, None)


def test_a_ticket_reassigned_after_the_invitation_keeps_the_agent(warehouse):
    agents = {name: warehouse.conversation(f"by_{name}")["agent_id"] for name in ("agent_1", "agent_2")}
    assert agents["agent_1"] != agents["agent_2"]
    assert survey(warehouse, "frozen")["agent_id"] == agents["agent_1"]


def test_a_survey_without_conversation_goes_to_the_last_one_of_72_hours(warehouse):
    call = warehouse.conversation("in_72h_call")
    assert survey(warehouse, "in_72h_survey")["conversation_id"] == call["conversation_id"]
    assert survey(warehouse, "after_72h_survey")["conversation_id"] is None


# --- Cost (fixture 20): each case has months of its own -------------------------------------------


def cost(month: str, pool: str, amount: float, **more) -> None:
    world.add("costs", cost_month=month, pool=pool, amount=amount, currency="EUR", **more)


MARCH, APRIL_24, MAY, JULY = (at(f"2024-{month:02}-05 10:00") for month in (3, 4, 5, 7))
world.call("cost_long", MARCH, MARCH + seconds(310), team="cost_desk")
world.call("cost_short", MARCH, MARCH + seconds(110), team="other_desk")
cost("2024-03", "agent_labour", 1000)
cost("2024-03", "supervision", 80, team="cost_desk")

world.call("cost_answered", APRIL_24)
world.abandoned_call("cost_abandoned", APRIL_24)
cost("2024-04", "agent_labour", 500)
cost("2024-04", "telephony", 90)

world.chat("cost_bot_1", MAY, ANSWERED)
world.chat("cost_bot_2", MAY, ANSWERED)
world.call("cost_by_phone", MAY)
cost("2024-05", "bot_platform", 30)
cost("2024-05", "agent_labour", 100)
cost("2024-05", "licences", 7, channel="phone")

world.chat("cost_chain_bot", JULY, ANSWERED, customer_email="dear@example.org")
world.call("cost_chain_call", JULY + hours(1), customer_email="dear@example.org")
cost("2024-07", "bot_platform", 10)
cost("2024-07", "agent_labour", 90)


def cost_of(warehouse, *source_conversation_ids: str) -> list:
    return [float(warehouse.conversation(name)["cost"]) for name in source_conversation_ids]


def test_allocated_cost_is_the_pools_and_nothing_else(warehouse):
    months = {row["cost_month"] for row in world.tables["costs"]}
    for month in months:
        landed = sum(row["amount"] for row in world.tables["costs"] if row["cost_month"] == month)
        allocated = warehouse.row(
            "select sum(cost) as cost from core.fct_conversations where strftime(started_at, '%Y-%m') = ?",
            month,
        )["cost"]
        assert float(allocated) == pytest.approx(landed, abs=0.01), month


def test_labour_follows_handle_time_and_a_teams_pool_stays_with_the_team(warehouse):
    assert cost_of(warehouse, "cost_long", "cost_short") == pytest.approx([750 + 80, 250])


def test_an_abandoned_call_costs_telephony_only(warehouse):
    answered, abandoned = cost_of(warehouse, "cost_answered", "cost_abandoned")
    assert 0 < abandoned < 90
    assert answered == pytest.approx(590 - abandoned)


def test_the_bot_platform_is_shared_by_bot_conversations_and_a_channels_pool_by_the_channel(warehouse):
    assert cost_of(warehouse, "cost_bot_1", "cost_bot_2", "cost_by_phone") == pytest.approx([15, 15, 107])


def test_cost_per_interaction_is_cost_over_conversations(warehouse):
    value = warehouse.kpi("cost_per_interaction", "month", "2024-05-01")
    assert (value["numerator"], value["denominator"]) == (pytest.approx(137), 3)
    assert value["value"] == pytest.approx(137 / 3)


def test_a_resolved_issue_costs_all_its_contacts(warehouse):
    assert warehouse.kpi("cost_per_resolved_issue", "month", "2024-07-01")["value"] == pytest.approx(100)


# --- Nothing is dropped in silence ----------------------------------------------------------------

for number in range(400):
    world.add("self_service_sessions", session_id=f"session_{number}", started_at=MONDAY, pages_viewed=3)
BAD_SESSIONS = {
    "no id": {"session_id": None, "started_at": MONDAY},
    "no start": {"session_id": "bad_no_start", "started_at": None},
    "unparseable start": {"session_id": "bad_start", "started_at": "yesterday"},
    "end before start": {"session_id": "bad_end", "started_at": MONDAY, "ended_at": MONDAY - ONE_SECOND},
    "before 1990": {"session_id": "bad_past", "started_at": at("1989-12-31 23:59")},
    "after the cut-off": {"session_id": "bad_future", "started_at": AS_OF + ONE_SECOND},
    "loaded before": {"session_id": "twice", "started_at": MONDAY, "loaded_at": MONDAY + hours(1)},
}
for row in BAD_SESSIONS.values():
    world.add("self_service_sessions", **row)
world.add("self_service_sessions", session_id="twice", started_at=MONDAY, loaded_at=MONDAY + hours(2))
world.add("self_service_sessions", session_id="half_bad", started_at=MONDAY, pages_viewed="many")

world.survey("bad_question", "mood", 5, CSAT_DAY)
world.survey("bad_score", "nps", 11, NPS_DAY, **ZERO_TO_TEN)
BAD_ROWS = {"self_service_sessions": len(BAD_SESSIONS), "surveys": 2}


def test_landed_is_accepted_and_rejected(warehouse):
    said = {row["table_name"]: row for row in warehouse.rows("from quality.reconciliation")}
    for table, rows in world.tables.items():
        rejected = BAD_ROWS.get(table, 0)
        counts = [said[table][f"{kind}_rows"] for kind in ("landed", "accepted", "rejected")]
        assert counts == [len(rows), len(rows) - rejected, rejected], table


def test_each_rejected_row_is_listed_once(warehouse):
    listed = warehouse.rows(
        "select table_name, count(distinct (file_name, line_number)) as row_count"
        " from quality.rejects where severity = 'row' group by all"
    )
    assert {row["table_name"]: row["row_count"] for row in listed} == BAD_ROWS


def test_a_broken_optional_value_leaves_the_row_and_is_listed(warehouse):
    broken = warehouse.row("from quality.rejects where severity = 'value'")
    assert (broken["table_name"], broken["column_name"], broken["value"]) == (
        "self_service_sessions",
        "pages_viewed",
        "many",
    )


# --- Tables that did not arrive -------------------------------------------------------------------


@pytest.fixture(scope="module")
def calls_only(tmp_path_factory):
    little = World()
    little.call("first", at("2025-01-02 10:00"))
    for number in range(10):
        little.call(f"call_{number}", MONDAY)
    opened = run_world(little, tmp_path_factory.mktemp("calls_only"), AS_OF)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "kpi", ["nps", "csat_top_box", "ces_mean", "survey_response_rate", "cost_per_interaction"]
)
def test_a_kpi_whose_table_did_not_land_is_null_with_no_source(calls_only, kpi):
    said = calls_only.rows(
        "select distinct value, no_value_reason from marts.kpi_values where kpi_id = ?", kpi
    )
    assert said == [{"value": None, "no_value_reason": "no_source"}]


def test_calls_alone_have_first_contact_resolution(calls_only):
    value = calls_only.kpi("fcr_issue_48h", "month", "2025-02-01")
    assert (value["value"], value["denominator"], value["period_start"]) == (1, 10, date(2025, 2, 1))
