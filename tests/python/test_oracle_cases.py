"""The oracle on small inputs that once gave a wrong number (catalogue F10 to F16), and at their edges.

Rows are as tools land them: what is not known is not there.
"""

from datetime import timedelta
from typing import Any

import pytest
from oracle.backlog import open_tickets
from oracle.conversation import Conversation
from oracle.cut_off import cut_off
from oracle.kpis import Kpi, kpis
from oracle.oracle import answer
from worlds import World, at, hours, seconds

AS_OF = at("2025-12-20 00:00")
MONDAY = at("2025-03-10 10:00")
TINY = timedelta(microseconds=1)
UNKNOWN_WORD = "xyzzy"
Turn = tuple[float, str, str | None]


@pytest.fixture
def world() -> World:
    """Something landed long before, so that nothing is left-censored."""
    world = World()
    world.add("calls", call_id="long_ago", started_at=at("2024-01-02 10:00"), outcome="abandoned")
    return world


def after(count: float) -> Any:
    return MONDAY + seconds(count)


def call(world: World, call_id: str = "c1", **columns: Any) -> None:
    """A call from Monday at ten, of a customer of its own."""
    world.add("calls", **{"call_id": call_id, "customer_id": call_id, "started_at": MONDAY, **columns})


def ticket(world: World, ticket_id: str = "t1", **columns: Any) -> None:
    same = {"ticket_id": ticket_id, "customer_id": ticket_id, "channel": "email", "status": "open"}
    world.add("tickets", **{**same, "created_at": MONDAY, **columns})


def chat(world: World, turns: list[Turn], chat_id: str = "c1", **columns: Any) -> None:
    """Turns are seconds after Monday at ten, sender type and sender."""
    same = {"chat_id": chat_id, "customer_id": chat_id, "channel": "web_chat", "started_at": MONDAY}
    world.add("chats", **{**same, **columns})
    for number, (offset, sender_type, sender_id) in enumerate(turns):
        sent = {"sent_at": after(offset), "sender_type": sender_type, "sender_id": sender_id}
        world.add("chat_messages", message_id=f"{chat_id}_{number}", chat_id=chat_id, **sent)


def said(world: World, source_id: str, kind: str | None = None) -> Conversation:
    conversations = answer(world.tables, AS_OF).conversations
    (only,) = [one for one in conversations if one.source_id == source_id and kind in (None, one.kind)]
    return only


def march(world: World) -> dict[str, Kpi]:
    values = kpis(answer(world.tables, AS_OF))
    return {kpi_id: value for (kpi_id, month), value in values.items() if month.month == 3}


def share(values: dict[str, Kpi], kpi_id: str) -> tuple | None:
    return (values[kpi_id].numerator, values[kpi_id].denominator) if kpi_id in values else None


# --- Words (F10) ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Done", UNKNOWN_WORD])
def test_a_word_that_nobody_knows_undoes_no_solve_beside_it(world, word):
    ticket(world, status=word, solved_at=after(1800))
    one = said(world, "t1")
    assert (one.is_resolved, one.resolved_at, one.resolution_evidence) == (True, after(1800), "stated")
    assert open_tickets([one], AS_OF) == {}


def test_a_status_event_that_we_know_beside_a_status_that_we_do_not(world):
    ticket(world, status=UNKNOWN_WORD)
    world.status("t1", after(600), "new", "open")
    assert (said(world, "t1").is_resolved, said(world, "t1").resolution_evidence) == (None, "unmapped")
    world.status("t1", after(900), "open", "solved")
    world.status("t1", after(1200), "solved", UNKNOWN_WORD)
    assert (said(world, "t1").is_resolved, said(world, "t1").resolved_at) == (True, after(900))


def test_where_only_an_unknown_word_says_whether_it_is_solved_nothing_is_judged(world):
    ticket(world, status=UNKNOWN_WORD)
    world.message("t1", MONDAY, "customer")
    world.message("t1", after(60), "agent")
    one = said(world, "t1")
    assert (one.is_countable, one.is_served) == (True, True)
    assert (one.is_resolved, one.resolution_evidence, one.is_anchor) == (None, "unmapped", False)
    assert open_tickets([one], AS_OF) == {}
    values = march(world)
    assert {"resolution_rate", "fcr_contact_48h", "fcr_issue_48h", "reopen_rate"} & values.keys() == set()
    assert share(values, "first_response_any_within_target") == (1, 1)


@pytest.mark.parametrize("reason", ["closed", "Unstated", UNKNOWN_WORD, None])
def test_an_end_that_says_little_is_an_end(world, reason):
    chat(world, [], ended_at=after(600), agent_joined_at=after(20), end_reason=reason)
    one = said(world, "c1")
    assert (one.is_resolved, one.resolution_evidence) == (True, "inferred")


def test_senders_in_other_words_are_customer_and_agent(world):
    chat(world, [(0, "user", None), (60, "admin", None)], ended_at=after(600))
    one = said(world, "c1")
    assert (one.is_countable, one.responder, one.first_human_response_seconds) == (True, "human", 60)


def test_messages_of_a_sender_that_nobody_knows_are_as_if_not_landed(world):
    chat(world, [(0, "customer", None), (60, UNKNOWN_WORD, None)], ended_at=after(600))
    ticket(world)
    world.message("t1", MONDAY, "customer")
    world.message("t1", after(60), UNKNOWN_WORD)
    for one in (said(world, "c1"), said(world, "t1")):
        assert (one.is_countable, one.responder, one.first_response_at) == (True, "none", None)
        assert one.is_response_unknown
    assert share(march(world), "first_response_any_within_target") is None


def test_an_automatic_message_or_a_note_of_such_a_sender_hides_nothing(world):
    ticket(world)
    world.message("t1", MONDAY, "customer")
    world.message("t1", after(30), UNKNOWN_WORD, is_automated=True)
    world.message("t1", after(40), UNKNOWN_WORD, is_public=False)
    world.message("t1", after(60), "agent")
    assert said(world, "t1").first_response_seconds == 60


@pytest.mark.parametrize(
    ("direction", "exclusions"),
    [
        ("outbound-api", {"outbound"}),
        ("Internal", {"internal"}),
        (UNKNOWN_WORD, {"unmapped"}),
        (" INBOUND ", set()),
        (None, set()),
    ],
)
def test_a_direction_decides_only_as_far_as_it_is_known(world, direction, exclusions):
    call(world, direction=direction, answered_at=after(10), ended_at=after(300), outcome="answered")
    assert said(world, "c1").exclusions == exclusions


def test_a_tool_without_ticket_messages_has_no_first_responses(world):
    ticket(world, status="solved", solved_at=after(1800))
    assert share(march(world), "first_response_any_within_target") is None
    assert share(march(world), "resolution_rate") == (1, 1)


# --- Waits (F11) ----------------------------------------------------------------------------------------


def test_who_abandoned_without_an_end_waited_for_nobody_knows_how_long(world):
    call(world, queued_at=MONDAY, outcome="abandoned")
    one = said(world, "c1")
    assert (one.is_abandoned, one.queue.outcome, one.queue.wait_seconds) == (True, "abandoned", None)
    values = march(world)
    assert share(values, "abandonment_rate") == (1, 1)
    assert share(values, "service_level") == (0, 1)
    assert share(values, "abandoned_wait_mean") is None


@pytest.mark.parametrize("outcome", [None, "missed", "No Answer", "unstated", UNKNOWN_WORD])
@pytest.mark.parametrize("queued_at", [None, MONDAY])
def test_unanswered_is_offered_and_abandoned(world, outcome, queued_at):
    call(world, "c0", answered_at=after(10), ended_at=after(300))
    call(world, queued_at=queued_at, ended_at=after(60), outcome=outcome)
    one = said(world, "c1")
    is_stated = outcome in ("missed", "No Answer")
    assert (one.queue.outcome, one.queue.wait_seconds, one.queue.is_stated) == ("abandoned", 60, is_stated)
    assert share(march(world), "abandonment_rate") == (1, 2)


@pytest.mark.parametrize("outcome", ["unstated", "ended", UNKNOWN_WORD])
def test_what_is_only_over_in_a_tool_that_lands_no_answers_is_not_measured(world, outcome):
    call(world, "c0", ended_at=after(60), outcome="missed")
    call(world, queued_at=MONDAY, ended_at=after(60), outcome=outcome)
    assert (said(world, "c1").exclusions, said(world, "c1").is_abandoned) == ({"unmapped"}, False)
    assert share(march(world), "abandonment_rate") == (1, 1)


def test_a_completed_call_was_answered_in_a_tool_that_lands_no_answers_unless_it_lasted_in_the_menu(world):
    call(world, "c0", ended_at=after(60), outcome="completed")
    call(world, ended_at=after(60), outcome="completed", ivr_started_at=MONDAY, ivr_ended_at=after(60))
    assert (said(world, "c0").responder, said(world, "c1").exclusions) == ("human", {"unmapped"})


@pytest.mark.parametrize("outcome", ["abandoned", "missed", None, "unstated", UNKNOWN_WORD])
def test_a_call_that_was_answered_was_not_abandoned(world, outcome):
    talk = {"answered_at": after(10), "ended_at": after(300)}
    call(world, queued_at=MONDAY, outcome=outcome, **talk)
    one = said(world, "c1")
    assert (one.responder, one.is_abandoned, one.is_resolved) == ("human", False, True)
    assert (one.queue.outcome, one.queue.wait_seconds, one.handle_seconds) == ("answered", 10, 290)


@pytest.mark.parametrize(
    ("outcome", "agent_id", "responder"),
    [
        ("voicemail", "ann", "human"),
        ("voicemail", None, "none"),
        ("voicemail", "zbot", "none"),
        ("callback_requested", "ann", "none"),
        ("overflow", "ann", "none"),
        ("failed", "ann", "none"),
    ],
)
def test_a_voicemail_with_an_agents_talk_was_answered(world, outcome, agent_id, responder):
    world.add("agents", agent_id="zbot", is_bot=True)
    call(world, outcome=outcome, agent_id=agent_id, answered_at=after(10), ended_at=after(300))
    assert said(world, "c1").responder == responder


@pytest.mark.parametrize("outcome", [None, "unstated", UNKNOWN_WORD, "missed"])
def test_where_a_tool_lands_no_answers_who_names_an_agent_was_answered(world, outcome):
    call(world, agent_id="ann", ended_at=after(300), outcome=outcome)
    one = said(world, "c1")
    is_answered = outcome != "missed"
    assert (one.responder, one.is_served) == (("human", True) if is_answered else ("none", False))
    assert (one.first_response_at, one.handle_seconds, one.queue.wait_seconds) == (
        (None, None, None) if is_answered else (None, None, 300)
    )
    assert share(march(world), "first_response_any_within_target") is None


def test_where_a_tool_lands_answers_a_named_agent_is_not_enough(world):
    call(world, "c0", answered_at=after(10), ended_at=after(300))
    call(world, agent_id="ann", ended_at=after(300))
    assert said(world, "c1").is_abandoned


def test_a_chat_that_was_abandoned_is_so_as_stated_only_by_a_known_end(world):
    for chat_id, reason in {"stated": "customer_left", "inferred": "closed"}.items():
        chat(world, [(0, "customer", None)], chat_id, queued_at=MONDAY, end_reason=reason, ended_at=after(90))
    for name in ("stated", "inferred"):
        queue = said(world, name).queue
        assert (queue.outcome, queue.is_stated, queue.wait_seconds) == ("abandoned", name == "stated", 90)


def test_hold_longer_than_the_talk_is_broken(world):
    talk = {"answered_at": after(10), "ended_at": after(300), "outcome": "answered"}
    call(world, "held", hold_seconds=290, **talk)
    call(world, "broken", hold_seconds=291, **talk)
    assert (said(world, "held").hold_seconds, said(world, "broken").hold_seconds) == (290, None)


# --- Nobody (F12) ---------------------------------------------------------------------------------------

NOBODY = [
    *[{"customer_id": word} for word in ("NULL", "nan", "N/A", " - ", "0", "0.0", "000", "-1", "#N/A")],
    {"customer_id": "00000000-0000-0000-0000-000000000000"},
    *[{"customer_email": word} for word in ("unknown", "Anonymous", "None <null>")],
    *[{"customer_phone": number} for number in ("0000000000", "+1111111", "4.49771E+11", "restricted")],
    *[{"customer_phone": number} for number in ("+266696687", "266696687", "+49 30", "1" + "23" * 8)],
]


@pytest.mark.parametrize("identity", NOBODY, ids=lambda identity: next(iter(identity.values())))
def test_what_names_nobody_connects_nobody(world, identity):
    for number in range(2):
        call(world, f"c{number}", **{"customer_id": None, **identity})
    assert {said(world, "c0").customer, said(world, "c1").customer} == {None}


SAME = {
    "a float and its number": [{"customer_id": "500"}, {"customer_id": "500.0"}],
    "an address and a name with it": [
        {"customer_email": "anna@x.org"},
        {"customer_email": '"Berg, Anna" <Anna@X.org> '},
    ],
    "two ways to say the country": [{"customer_phone": "+49 30 123456"}, {"customer_phone": "004930123456"}],
    "a national number in one system": [{"customer_phone": "030 123456"}, {"customer_phone": "030/123456"}],
}
DIFFERENT = {
    "a national number in two systems": [
        {"customer_phone": "030 123456"},
        {"customer_phone": "030 123456", "source_system": "other"},
    ],
    "a number with and without its country": [
        {"customer_phone": "030 123456"},
        {"customer_phone": "+49 30 123456"},
    ],
}


@pytest.mark.parametrize("name", [*SAME, *DIFFERENT])
def test_who_is_the_same_customer(world, name):
    for number, identity in enumerate((SAME | DIFFERENT)[name]):
        call(world, f"c{number}", **{"customer_id": None, **identity})
    customers = {said(world, "c0").customer, said(world, "c1").customer}
    assert None not in customers
    assert len(customers) == (1 if name in SAME else 2)


# --- Work (F13) -----------------------------------------------------------------------------------------

DAY = 24 * 3600


def test_a_conversation_of_two_days_was_worked_on_for_minutes(world):
    two_days = [(0, "customer", None), (60, "agent", "a1")]
    two_days += [(2 * DAY, "customer", None), (2 * DAY + 120, "agent", "a1")]
    held = {"agent_id": "a1", "agent_joined_at": after(60), "ended_at": after(2 * DAY + 180)}
    chat(world, two_days, channel="whatsapp", **held)
    assert said(world, "c1").handle_seconds == 0 + 120


def test_a_bot_works_only_while_it_answers(world):
    turns = [(0, "customer", None), (5, "bot", "b1"), (7 * DAY, "customer", None), (7 * DAY + 5, "bot", "b1")]
    chat(world, turns, bot_id="b1", ended_at=after(7 * DAY + 60), end_reason="bot_closed")
    one = said(world, "c1")
    assert (one.bot_handle_seconds, one.handle_seconds) == (10, None)


WORKED = {
    # The whole burst was read, and silence within it is cut like any other.
    "burst": ([(0, "customer", None), (60, "customer", None), (100, "agent", None)], None, 100),
    "idle": ([(0, "customer", None), (1800, "agent", None)], None, 1800),
    "longer": ([(0, "customer", None), (1801, "agent", None)], None, 1800),
    # What was asked before the last silence was not read until the end of it.
    "asked again": ([(0, "customer", None), (7200, "customer", None), (7260, "agent", None)], None, 60),
    "joined late": ([(0, "customer", None), (100, "agent", None)], 40, 60),
    "a second word": ([(0, "customer", None), (10, "agent", None), (50, "agent", None)], 0, 50),
    "after the bot": ([(0, "customer", None), (5, "bot", None), (65, "agent", None)], 5, 60),
    "spoke first": ([(30, "agent", None), (40, "customer", None), (60, "agent", None)], 10, 20 + 20),
    "spoke first, long after": ([(4000, "agent", None), (4010, "customer", None)], 10, 1800),
    "a notice": ([(0, "customer", None), (50, "system", None), (100, "agent", None)], None, 100),
}


@pytest.mark.parametrize("name", WORKED)
def test_a_reply_is_worked_on_since_what_it_answers(world, name):
    turns, joined, worked = WORKED[name]
    joined_at = None if joined is None else after(joined)
    chat(world, turns, agent_id="ann", agent_joined_at=joined_at, is_proactive=False)
    one = said(world, "c1")
    assert one.handle_seconds == worked
    assert {stretch.agent for stretch in one.work} == {("default", "ann")}


@pytest.mark.parametrize(
    ("end", "handled", "by_bot"), [(14_400, 14_300, 100), (14_500, 14_400, 100), (14_501, None, 100)]
)
def test_without_messages_a_chat_was_worked_on_to_its_end_unless_that_is_absurd(world, end, handled, by_bot):
    more = {"handover_requested_at": after(100), "bot_id": "b1", "agent_joined_at": after(100)}
    chat(world, [], ended_at=after(end), **more)
    one = said(world, "c1")
    assert (one.handle_seconds, one.bot_handle_seconds) == (handled, by_bot)


def test_handle_time_divides_by_what_is_known(world):
    chat(world, [], "endless", agent_joined_at=MONDAY, ended_at=after(2 * DAY))
    call(world, "talk", answered_at=after(10), ended_at=after(310), outcome="answered")
    call(world, "unknown", ended_at=after(310), outcome="answered")
    assert share(march(world), "handle_time_mean") == (300, 1)


# --- Records (F14) --------------------------------------------------------------------------------------

TALK = {"answered_at": after(10), "ended_at": after(300), "outcome": "answered", "customer_id": "u1"}
RECORD = {"customer_id": "u1", "channel": "phone", "created_at": after(12)}
SOLVED = {"status": "solved", "solved_at": after(360)}


def test_a_call_and_its_ticket_are_one_contact(world):
    call(world, **TALK)
    ticket(world, topic="invoice_question", team="eu_frontline", **RECORD, **SOLVED)
    assert said(world, "t1").exclusions == {"record_of_contact"}
    one = said(world, "c1")
    assert (one.topic, one.team) == ("invoice_question", "eu_frontline")
    assert (one.is_resolved, one.resolution_evidence, one.resolved_at) == (True, "stated", after(360))
    assert (one.repeats["48h"], one.fcr["48h"]) == (False, True)
    values = march(world)
    assert share(values, "fcr_issue_48h") == share(values, "contacts_per_issue") == (1, 1)


def test_what_the_contact_says_itself_holds(world):
    call(world, **TALK, topic="password_reset", resolved=True)
    ticket(world, topic="invoice_question", **RECORD)
    one = said(world, "c1")
    assert (one.topic, one.is_resolved, one.resolved_at) == ("password_reset", True, after(300))


def test_an_open_record_says_that_the_contact_solved_nothing(world):
    call(world, **TALK)
    ticket(world, **RECORD)
    one = said(world, "c1")
    assert (one.is_resolved, one.resolution_evidence, one.fcr["48h"]) == (False, "stated", False)


@pytest.mark.parametrize(("late", "is_first"), [(0, True), (1, False)])
def test_solved_more_than_half_an_hour_after_the_call_is_not_in_the_first_contact(world, late, is_first):
    call(world, **TALK)
    ticket(world, **RECORD, status="solved", solved_at=after(300 + 1800 + late))
    one = said(world, "c1")
    assert (one.is_resolved, one.fcr["48h"]) == (True, is_first)


NEAR = {
    "at its start": ({"created_at": MONDAY}, True),
    "before its start": ({"created_at": MONDAY - TINY}, False),
    "half an hour after its end": ({"created_at": after(2100)}, True),
    "later": ({"created_at": after(2100) + TINY}, False),
    "through another channel": ({"channel": "email"}, False),
    "of another customer": ({"customer_id": "u2"}, False),
    "of another system's customer": ({"source_system": "other"}, False),
    "merged": ({"merged_into_ticket_id": "t0"}, False),
    "named, whenever": ({"created_at": after(9 * DAY), "call_id": "c1", "customer_id": None}, True),
    "named by another system": ({"source_system": "other", "call_id": "c1", "customer_id": None}, True),
}


@pytest.mark.parametrize("name", NEAR)
def test_which_tickets_are_a_calls_record(world, name):
    columns, is_record = NEAR[name]
    call(world, **TALK)
    ticket(world, **{**RECORD, **SOLVED, "solved_at": None, **columns})
    assert ("record_of_contact" in said(world, "t1").exclusions) is is_record


def test_a_leg_names_its_call_and_a_tool_names_its_own(world):
    call(world, **TALK, root_call_id="c1")
    call(world, "leg", **TALK, root_call_id="c1")
    call(world, "leg", **{**TALK, "customer_id": "u9"}, source_system="other")
    ticket(world, call_id="leg", customer_id=None, topic="invoice_question")
    assert said(world, "c1").topic == "invoice_question"
    assert said(world, "leg").topic is None


def test_a_ticket_is_the_record_of_the_latest_call(world):
    for name, start in {"first": 0, "second": 400}.items():
        call(world, name, **{**TALK, "started_at": after(start), "ended_at": after(start + 300)})
    ticket(world, **{**RECORD, "created_at": after(900)}, topic="invoice_question")
    assert (said(world, "first").topic, said(world, "second").topic) == (None, "invoice_question")


@pytest.mark.parametrize(("direction", "is_record"), [("inbound", True), ("outbound", False)])
def test_what_we_began_has_no_record_by_being_near(world, direction, is_record):
    call(world, **TALK, direction=direction)
    ticket(world, **RECORD)
    assert bool(said(world, "t1").exclusions) is is_record


@pytest.mark.parametrize(
    ("of_ticket", "of_chat", "is_record"),
    [
        ("whatsapp", "whatsapp", True),
        ("whatsapp", "web_chat", False),
        ("chat", "web_chat", True),
        ("voice_bot", "chat", True),
        ("phone", "voice_bot", False),
    ],
)
def test_a_chats_record_is_in_its_channel(world, of_ticket, of_chat, is_record):
    chat(world, [], channel=of_chat, customer_id="u1", agent_joined_at=MONDAY, ended_at=after(300))
    ticket(world, **{**RECORD, "channel": of_ticket})
    assert bool(said(world, "t1").exclusions) is is_record


# --- Who began (F15) ------------------------------------------------------------------------------------


def test_the_roster_decides_who_is_a_bot(world):
    world.add("agents", agent_id="zbot", is_bot=True)
    chat(world, [(0, "customer", None), (5, "agent", "zbot")], ended_at=after(300), agent_id="zbot")
    one = said(world, "c1")
    assert (one.responder, one.first_response_seconds, one.first_human_response_at) == ("bot", 5, None)
    assert (one.bot_handle_seconds, one.handle_seconds, one.bot.outcome) == (5, None, "contained_durable")


def test_a_roster_is_of_its_system(world):
    world.add("agents", agent_id="zbot", is_bot=True, source_system="other")
    chat(world, [(0, "customer", None), (5, "agent", "zbot")], agent_id="zbot")
    assert said(world, "c1").responder == "human"


def test_a_call_that_a_bot_answered_is_contained_in_the_menu(world):
    world.add("agents", agent_id="zbot", is_bot=True)
    call(world, agent_id="zbot", answered_at=after(10), ended_at=after(300), outcome="answered")
    one = said(world, "c1")
    assert (one.responder, one.is_served, one.queue, one.work) == ("bot", True, None, [])
    assert one.bot.outcome == "contained_durable"


def test_who_left_the_bots_call_in_the_queue_abandoned_the_queue(world):
    world.add("agents", agent_id="zbot", is_bot=True)
    same = {"root_call_id": "c1", "customer_id": "u1"}
    call(world, agent_id="zbot", answered_at=MONDAY, ended_at=after(60), outcome="answered", **same)
    call(world, "leg", **{**same, "started_at": after(61)}, ended_at=after(121), outcome="abandoned")
    one = said(world, "c1")
    assert (one.is_abandoned, one.bot) == (True, None)
    assert (one.queue.outcome, one.queue.wait_seconds) == ("abandoned", 61)


OPENING = [(0, "agent"), (7200, "customer"), (14_400, "agent")]


def opened(world: World, turns: list[tuple[float, str]], **columns: Any) -> Conversation:
    ticket(world, **columns)
    for offset, sender_type in turns:
        world.message("t1", after(offset), sender_type)
    return said(world, "t1")


def test_an_opening_message_is_no_reply_and_who_wrote_first_is_outbound(world):
    one = opened(world, OPENING)
    assert one.exclusions == {"outbound"}
    assert one.first_response_at == after(14_400)


def test_where_the_tool_says_that_the_customer_began_the_clock_starts_at_their_word(world):
    one = opened(world, OPENING, is_outbound=False)
    assert one.exclusions == set()
    assert (one.first_response_at, one.first_response_seconds) == (after(14_400), 7200)


@pytest.mark.parametrize(("offset", "is_opening"), [(2, True), (2 + 1e-6, False)])
def test_an_opening_comes_with_the_ticket(world, offset, is_opening):
    one = opened(world, [(offset, "bot"), (7200, "customer")])
    assert ("outbound" in one.exclusions) is is_opening


@pytest.mark.parametrize("turns", [[(0, "customer"), (1, "agent")], [(0, "agent"), (0, "customer")]])
def test_what_follows_the_customers_word_is_a_reply(world, turns):
    assert opened(world, turns).exclusions == set()


def test_where_no_customers_messages_land_nothing_is_an_opening(world):
    one = opened(world, [(0, "agent")])
    assert (one.exclusions, one.first_response_seconds) == (set(), 0)


GREETED = {
    "by a person": ("agent", None, {"outbound"}),
    "by a person, which the tool denies": ("agent", False, set()),
    "by a bot": ("bot", None, set()),
}


@pytest.mark.parametrize("name", GREETED)
def test_a_word_before_the_customers_first_answers_nothing(world, name):
    greeter, is_proactive, exclusions = GREETED[name]
    turns = [(5, greeter, "x"), (100, "customer", None), (130, "agent", "ann")]
    chat(world, turns, is_proactive=is_proactive, ended_at=after(300))
    one = said(world, "c1")
    assert one.exclusions == exclusions
    assert (one.responder, one.first_response_seconds) == ("human", 30)


def test_the_humans_clock_starts_at_the_hand_over_of_a_bot(world):
    turns = [(10, "customer", None), (15, "bot", "b1"), (70, "agent", "ann")]
    chat(world, turns, bot_id="b1", handover_requested_at=after(30))
    chat(world, [(10, "customer", None), (70, "agent", "ann")], "c2", handover_requested_at=after(30))
    assert [said(world, name).first_human_response_seconds for name in ("c1", "c2")] == [40, 60]


@pytest.mark.parametrize(("early", "is_kept"), [(900, True), (900 + 1e-6, False)])
def test_a_message_a_little_before_its_parent_was_sent_at_its_start(world, early, is_kept):
    chat(world, [(-early, "customer", None), (60, "customer", None), (70, "agent", "ann")])
    one = opened(world, [(-early, "customer"), (60, "customer"), (70, "agent")])
    assert said(world, "c1").first_response_seconds == (70 if is_kept else 10)
    assert one.first_response_seconds == 70
    assert one.open_spells == [(MONDAY, None)]


# --- Days and years (F16) -------------------------------------------------------------------------------


def test_of_a_day_no_seconds_are_known(world):
    day = at("2025-03-10 00:00")
    ticket(world, status="solved", created_at=day, solved_at=day)
    one = said(world, "t1")
    assert (one.is_resolved, one.resolved_at, one.resolution_seconds) == (True, day, None)
    assert one.resolution_business_seconds is None
    assert share(march(world), "resolution_time_mean") is None


def test_one_instant_in_the_column_makes_all_of_them_instants(world):
    day = at("2025-03-10 00:00")
    ticket(world, status="solved", created_at=day, solved_at=day + hours(1))
    ticket(world, "t2")
    assert said(world, "t1").resolution_seconds == 3600


@pytest.mark.parametrize(
    ("others", "days", "is_ignored"), [(1000, 31, True), (1000, 30, False), (998, 31, False)]
)
def test_one_wrong_year_among_a_thousand_is_no_cut_off(others, days, is_ignored):
    rows = [{"started_at": MONDAY} for _ in range(others)]
    ahead = MONDAY + timedelta(days=days)
    landing = {"calls": [*rows, {"started_at": ahead}], "tickets": [{"due_at": AS_OF}]}
    assert cut_off(landing, AS_OF) == (MONDAY if is_ignored else ahead)


# --- The backlog and what comes back (K04, K07) ---------------------------------------------------------


def test_a_ticket_that_an_agent_takes_up_after_a_month_was_solved_in_between(world):
    again = at("2025-04-10 10:00")
    ticket(world, status="solved", solved_at=again + seconds(600))
    world.status("t1", after(3600), "open", "solved")
    world.status("t1", again, "solved", "open")
    world.status("t1", again + seconds(600), "open", "solved")
    assert said(world, "t1").resolved_at == again + seconds(600)
    assert open_tickets([said(world, "t1")], AS_OF) == {}


def test_a_ticket_stands_open_on_the_days_between_its_events(world):
    ticket(world)
    world.status("t1", after(2 * DAY), "open", "solved")
    world.status("t1", after(5 * DAY), "solved", "open")
    days = open_tickets([said(world, "t1")], at("2025-03-16 12:00"))
    assert [day.day for day in sorted(days)] == [10, 11, 15, 16]


@pytest.mark.parametrize(("days", "is_reopened"), [(7, 1), (8, 0)])
def test_a_reopening_counts_within_the_window_of_the_first_solve(world, days, is_reopened):
    ticket(world, status="solved", solved_at=after(9 * DAY))
    world.message("t1", MONDAY, "customer")
    world.status("t1", after(60), "open", "solved")
    world.status("t1", after(120), "solved", "open")
    world.message("t1", after(60 + days * DAY), "customer")
    world.message("t1", after(8.5 * DAY), "agent")
    world.status("t1", after(9 * DAY), "open", "solved")
    assert said(world, "t1").is_reopened
    assert share(march(world), "reopen_rate") == (is_reopened, 1)


def test_a_reopening_that_begins_a_conversation_reopens_none(world):
    """No messages landed; the customer comes back after two days, and an hour later once more."""
    ticket(world, status="solved", solved_at=after(2 * DAY + 7200))
    world.status("t1", after(60), "open", "solved")
    changes = {2 * DAY: "open", 2 * DAY + 60: "solved", 2 * DAY + 3600: "open", 2 * DAY + 7200: "solved"}
    for offset, status in changes.items():
        actor = "customer" if status == "open" else "agent"
        world.status("t1", after(offset), "solved" if status == "open" else "open", status, actor_type=actor)
    conversations = [one for one in answer(world.tables, AS_OF).conversations if one.source_id == "t1"]
    assert [one.is_reopened for one in conversations] == [False, True]
