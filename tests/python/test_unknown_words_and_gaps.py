"""Landings that do not speak our language: each kind of gap gives the right number, or none and a reason.

Source systems are named after their kind; the answers were worked out by hand.
"""

import csv
import subprocess
import sys
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from runs import publish, rows
from worlds import Row, at

from service_kpis.load import load_landing, parse_zones, words, write_lines

TABLES: dict[str, list[Row]] = {}
PHONE_COUNTRY = "dutch=NL"


def land(table: str, **columns) -> None:
    TABLES.setdefault(table, []).append(columns)


def call(kind: str, name: str = "c1", **more) -> None:
    usual = {"customer_id": f"{kind}_{name}", "topic": kind, "started_at": "2025-03-10T10:00:00Z"}
    land("calls", **{"call_id": name, "source_system": kind, **usual, **more})


def chat(kind: str, **more) -> None:
    usual = {"customer_id": kind, "topic": kind, "channel": "web_chat", "started_at": "2025-03-10T10:00:00Z"}
    land("chats", **{"chat_id": "c1", "source_system": kind, **usual, **more})


def said(kind: str, instant: str, sender: str, sender_id: str = "", **more) -> None:
    message = {"message_id": f"m{len(TABLES.get('chat_messages', []))}", "chat_id": "c1"}
    message |= {"sent_at": f"2025-{instant}Z", "sender_type": sender, "sender_id": sender_id}
    land("chat_messages", **{**message, "source_system": kind, **more})


def ticket(kind: str, name: str = "t1", **more) -> None:
    usual = {"customer_id": f"{kind}_{name}", "topic": kind, "channel": "email", "status": "open"}
    created = {"created_at": "2025-03-10T10:00:00Z"}
    land("tickets", ticket_id=name, source_system=kind, **{**usual, **created, **more})


def wrote(kind: str, instant: str, sender: str, **more) -> None:
    message = {"message_id": f"m{len(TABLES.get('ticket_messages', []))}", "ticket_id": "t1"}
    message |= {"sent_at": f"2025-{instant}Z", "sender_type": sender}
    land("ticket_messages", **{**message, "source_system": kind, **more})


def changed(kind: str, instant: str, actor: str, old: str, new: str, **more) -> None:
    event = {"event_id": f"e{len(TABLES.get('ticket_events', []))}", "ticket_id": "t1", "actor_type": actor}
    event |= {"occurred_at": f"2025-{instant}Z", "event_type": "status_change"}
    land("ticket_events", **{**event, "source_system": kind, "from_value": old, "to_value": new, **more})


ANSWERED = {
    "answered_at": "2025-03-10T10:00:10Z",
    "ended_at": "2025-03-10T10:05:00Z",
    "outcome": "answered",
    "agent_id": "anna",
}

# Waits and outcomes
call("no_end", queued_at="2025-03-10T10:00:00Z", outcome="abandoned")
call("no_outcome", "queued", queued_at="2025-03-10T10:00:00Z", ended_at="2025-03-10T10:01:00Z")
call("no_outcome", "rang", ended_at="2025-03-10T10:01:00Z")
call("missed", queued_at="2025-03-10T10:00:00Z", ended_at="2025-03-10T10:01:00Z", outcome="NO ANSWER")
call("both", **{**ANSWERED, "outcome": "abandoned", "queued_at": "2025-03-10T10:00:00Z"})
call("overflown", queued_at="2025-03-10T10:00:00Z", ended_at="2025-03-10T10:01:00Z", outcome="overflow")
for outcome in ("voicemail", "callback_requested"):
    call("flow_out", outcome, outcome=outcome, ended_at="2025-03-10T10:01:00Z")
call("voicemail_and_agent", **{**ANSWERED, "outcome": "voicemail"})
call("no_instant", queued_at="2025-03-10T10:00:00Z", ended_at="2025-03-10T10:05:00Z", outcome="answered")
call("long_hold", **ANSWERED, hold_seconds=291)
UNTIMED = {**ANSWERED, "answered_at": "", "wrap_seconds": 86400}
call("long_parts", "whole", **UNTIMED, hold_seconds=300)
call("long_parts", "longer", **{**UNTIMED, "wrap_seconds": 86401}, hold_seconds=301)
for kind, seconds in (("work_of_a_day", 86400), ("work_of_more", 86401)):
    ticket(kind)
    land("ticket_events", event_id=kind, ticket_id="t1", source_system=kind, event_type="work_logged",
         occurred_at="2025-03-11T10:00:00Z", work_seconds=seconds)  # fmt: skip
for direction in ("outbound-api", "Outgoing", "internal"):
    call("directions", direction, direction=direction, **ANSWERED)
chat("left_open", queued_at="2025-03-10T10:01:00Z")
# A tool that lands no ends, and one that landed the end of another contact: there this one goes on.
ENDLESS = {**ANSWERED, "ended_at": ""}
call("no_ends", **ENDLESS)
call("no_ends", "hung_up", queued_at="2025-03-10T10:00:00Z", outcome="abandoned")
chat("no_chat_ends", agent_joined_at="2025-03-10T10:00:20Z")
call("goes_on", **ENDLESS)
call("goes_on", "over", **ANSWERED)

# Twilio says completed of a call that was answered; others say no more than that it is over.
call("twilio", outcome="completed", ended_at="2025-03-10T10:05:00Z")
call("twilio", "missed", outcome="no-answer", ended_at="2025-03-10T10:05:00Z")
call("over", outcome="disconnected", queued_at="2025-03-10T10:00:00Z", ended_at="2025-03-10T10:05:00Z")
call("over", "annas", outcome="ended", ended_at="2025-03-10T10:05:00Z", agent_id="anna")
call("over_in_a_tool_that_tells", outcome="disconnected", ended_at="2025-03-10T10:05:00Z")
call("over_in_a_tool_that_tells", "other", **ANSWERED)

# Words
ticket("done", status="Done", solved_at="2025-03-10T10:30:00Z")
ticket("erledigt", status="erledigt", solved_at="2025-03-10T10:30:00Z")
ticket("erledigt_some_time", status="erledigt")
chat("closed", ended_at="2025-03-10T10:10:00Z", end_reason="closed", agent_joined_at="2025-03-10T10:00:20Z")
chat("user_admin", ended_at="2025-03-10T10:10:00Z")
said("user_admin", "03-10T10:00:00", "user")
said("user_admin", "03-10T10:01:00", "admin", "anna")

# Words that nobody knows, in so few rows that a run begins.
for number in range(150):
    name = f"c{number}"
    call("crowd", name, **ANSWERED, direction="inbound")
    ticket("crowd", name, created_at="2025-03-01T10:00:00Z")
    of_ticket = {"ticket_id": name, "source_system": "crowd"}
    wrote("crowd", "03-10T10:00:00", "customer", **of_ticket)
    changed("crowd", "03-10T10:00:00", "agent", "open", "pending", **of_ticket)
    chat("crowd", chat_id=name, ended_at="2025-03-10T10:10:00Z", end_reason="agent_closed")
    said("crowd", "03-10T10:00:00", "customer", chat_id=name)
ticket("unknown_status", "solved", status="Qwertz", solved_at="2025-03-10T10:30:00Z")
ticket("unknown_status", "alone", status="Qwertz")
changed("unknown_status", "03-10T11:00:00", "agent", "", "", ticket_id="alone", event_type="work_logged")
ticket("unknown_change", status="solved")
changed("unknown_change", "03-10T11:00:00", "agent", "open", "solved")
changed("unknown_change", "03-10T12:00:00", "agent", "solved", "Qwertz")
ticket("unknown_sender")
wrote("unknown_sender", "03-10T10:00:00", "customer")
wrote("unknown_sender", "03-10T10:30:00", "Qwertz")
wrote("unknown_sender", "03-10T11:00:00", "agent")
chat("unknown_voice", agent_joined_at="2025-03-10T10:00:20Z", ended_at="2025-03-10T10:10:00Z")
said("unknown_voice", "03-10T10:00:00", "customer")
said("unknown_voice", "03-10T10:01:00", "Qwertz")
said("unknown_voice", "03-10T10:05:00", "agent", "anna")
chat("unknown_voice_alone", ended_at="2025-03-10T10:10:00Z", queued_at="2025-03-10T10:00:10Z")
said("unknown_voice_alone", "03-10T10:00:00", "customer")
said("unknown_voice_alone", "03-10T10:01:00", "Qwertz")
chat("unknown_voice_stated", ended_at="2025-03-10T10:10:00Z", outcome="resolved_confirmed")
said("unknown_voice_stated", "03-10T10:00:00", "customer")
said("unknown_voice_stated", "03-10T10:01:00", "Qwertz")
# A person wrote before anybody was asked to take over.
chat(
    "early_person",
    bot_id="robo",
    handover_requested_at="2025-03-10T10:05:00Z",
    ended_at="2025-03-10T10:10:00Z",
)
said("early_person", "03-10T10:00:00", "customer")
said("early_person", "03-10T10:00:05", "bot", "robo")
said("early_person", "03-10T10:01:00", "agent", "anna")
call("unknown_direction", direction="Qwertz", **ANSWERED)
call("unknown_outcome", outcome="Qwertz", ended_at="2025-03-10T10:05:00Z")
call("unknown_outcome_answered", **{**ANSWERED, "outcome": "Qwertz"})
call("outcome_other", **{**ANSWERED, "outcome": "other"})
call("unknown_outcome_missed", outcome="Qwertz", ended_at="2025-03-10T10:05:00Z")
call("unknown_outcome_missed", "other", **ANSWERED)
joined = {"agent_joined_at": "2025-03-10T10:00:20Z", "ended_at": "2025-03-10T10:10:00Z"}
chat("unknown_end", **joined, end_reason="Qwertz")

# Passed on by a bot, and no column says to whom.
chat("passed_on", ended_at="2025-03-10T10:10:00Z", bot_id="robo", end_reason="transferred")
said("passed_on", "03-10T10:00:00", "customer")
said("passed_on", "03-10T10:00:05", "bot", "robo")
# Work
chat(
    "asynchronous",
    channel="whatsapp",
    ended_at="2025-03-12T10:03:00Z",
    agent_joined_at="2025-03-10T10:01:00Z",
)
said("asynchronous", "03-10T10:00:00", "customer")
said("asynchronous", "03-10T10:01:00", "agent", "anna")
said("asynchronous", "03-12T10:00:00", "customer")
said("asynchronous", "03-12T10:02:30", "agent", "anna")
chat("resumed", ended_at="2025-03-10T10:01:00Z", started_at="2025-03-03T10:00:00Z", bot_id="robo")
said("resumed", "03-03T10:00:00", "customer")
said("resumed", "03-03T10:00:05", "bot", "robo")
said("resumed", "03-10T10:00:00", "customer")
said("resumed", "03-10T10:00:07", "bot", "robo")
chat("silence", ended_at="2025-03-10T15:00:00Z", agent_joined_at="2025-03-10T10:00:00Z")
said("silence", "03-10T10:00:00", "customer")
said("silence", "03-10T15:00:00", "agent", "anna")
chat("burst", ended_at="2025-03-10T10:10:00Z")
said("burst", "03-10T10:00:00", "customer")
said("burst", "03-10T10:00:30", "customer")
said("burst", "03-10T10:02:00", "agent", "anna")
said("burst", "03-10T10:02:30", "agent", "anna")
chat("wrote_again", ended_at="2025-03-10T12:00:00Z")
said("wrote_again", "03-10T10:00:00", "customer")
said("wrote_again", "03-10T11:00:00", "customer")
said("wrote_again", "03-10T11:02:00", "agent", "anna")
chat("unheard_bot", ended_at="2025-03-12T10:00:00Z", bot_id="robo")
chat("unheard_bot", chat_id="short", ended_at="2025-03-10T10:01:00Z", bot_id="robo")
chat("unheard", ended_at="2025-03-12T10:00:00Z", agent_joined_at="2025-03-10T10:00:00Z")

# Records, openings, bots
call("record", customer_id="u1", **ANSWERED)
ticket("record", "r1", customer_id="u1", channel="phone", status="solved",
       created_at="2025-03-10T10:00:12Z", solved_at="2025-03-10T10:06:00Z")  # fmt: skip
ticket("record", "late", customer_id="u1", channel="phone", status="open", created_at="2025-03-10T10:35:01Z")
call("named_record", **{**ANSWERED, "topic": ""})
named = {"call_id": "c1", "team": "back", "created_at": "2025-03-12T10:00:00Z"}
ticket("named_record", "r1", customer_id="somebody", **named)
call("near_record", customer_id="u2", **ANSWERED)
ticket("near_record", "edge", customer_id="u2", channel="phone", created_at="2025-03-10T10:35:00Z")
ticket("near_record", "before", customer_id="u2", channel="phone", created_at="2025-03-10T09:59:59Z")
ticket("near_record", "chat", customer_id="u2", channel="chat", created_at="2025-03-10T10:02:00Z")
ticket("near_record", "others", customer_id="u3", channel="phone", created_at="2025-03-10T10:02:00Z")
later = {"started_at": "2025-03-10T10:10:00Z", "answered_at": "2025-03-10T10:10:10Z"}
call("named_and_near", customer_id="u5", **ANSWERED)
call("named_and_near", "c2", customer_id="u5", **{**ANSWERED, **later, "ended_at": "2025-03-10T10:15:00Z"})
ticket("named_and_near", "r1", customer_id="u5", channel="phone", call_id="c1", status="solved",
       created_at="2025-03-10T10:12:00Z", solved_at="2025-03-10T10:20:00Z")  # fmt: skip
# One tool lands the instant of a solve in its log alone; another closes what nobody solved.
call("logged_record", customer_id="u6", **ANSWERED)
ticket("logged_record", "r1", customer_id="u6", channel="phone", status="solved")
changed("logged_record", "03-10T10:20:00", "agent", "open", "solved", ticket_id="r1")
call("closed_record", customer_id="u7", **ANSWERED)
ticket("closed_record", "r1", customer_id="u7", channel="phone", status="closed")
chat("chat_record", customer_id="u4", ended_at="2025-03-10T10:10:00Z", agent_joined_at="2025-03-10T10:00:20Z")
ticket("chat_record", customer_id="u4", channel="chat", created_at="2025-03-10T10:12:00Z")
ticket("opened")
wrote("opened", "03-10T10:00:00", "agent")
wrote("opened", "03-10T12:00:00", "customer")
wrote("opened", "03-10T14:00:00", "agent")
ticket("opened_inbound", is_outbound="false")
wrote("opened_inbound", "03-10T10:00:00", "agent")
wrote("opened_inbound", "03-10T12:00:00", "customer")
wrote("opened_inbound", "03-10T14:00:00", "agent")
for kind, second in (("opened_in_time", "02"), ("opened_late", "03")):
    ticket(kind)
    wrote(kind, f"03-10T10:00:{second}", "agent")
    wrote(kind, "03-10T12:00:00", "customer")
ticket("receipt")
wrote("receipt", "03-10T10:00:00", "agent", is_automated="true")
wrote("receipt", "03-10T10:00:01", "customer")
wrote("receipt", "03-10T10:10:00", "agent")
chat("receipt_in_chat", ended_at="2025-03-10T10:05:00Z")
said("receipt_in_chat", "03-10T10:00:01", "agent", "anna", is_automated="true")
said("receipt_in_chat", "03-10T10:02:00", "customer")
said("receipt_in_chat", "03-10T10:02:30", "agent", "anna")
for kind, is_proactive in (("opened_chat", ""), ("opened_chat_inbound", "false")):
    chat(kind, ended_at="2025-03-10T10:10:00Z", is_proactive=is_proactive)
    said(kind, "03-10T10:00:00", "agent", "anna")
    said(kind, "03-10T10:05:00", "customer")
    said(kind, "03-10T10:06:00", "agent", "anna")
land("agents", agent_id="robo", source_system="roster", is_bot="true")
chat("roster", ended_at="2025-03-10T10:05:00Z", agent_id="robo")
said("roster", "03-10T10:00:00", "customer")
said("roster", "03-10T10:00:05", "agent", "robo")
land("agents", agent_id="robo", source_system="roster_of_tickets", is_bot="true")
ticket("roster_of_tickets", status="solved", solved_at="2025-03-10T10:30:00Z", assigned_agent_id="robo")
worked = {"event_type": "work_logged", "occurred_at": "2025-03-10T10:20:00Z", "work_seconds": 60}
by_robo = {"source_system": "roster_of_tickets", "actor_type": "agent", "actor_id": "robo"}
land("ticket_events", event_id="w1", ticket_id="t1", **worked, **by_robo)
land("agents", agent_id="robo", source_system="roster_unheard", is_bot="true")
chat("roster_unheard", **joined, agent_id="robo")
land("agents", agent_id="robo", source_system="roster_of_calls", is_bot="true")
call("roster_of_calls", **{**ANSWERED, "agent_id": "robo"})
land("agents", agent_id="robo", source_system="roster_of_mails", is_bot="true")
ticket("roster_of_mails")
wrote("roster_of_mails", "03-10T10:00:00", "customer")
wrote("roster_of_mails", "03-10T10:00:05", "agent", sender_id="robo")
chat("at_a_loss", ended_at="2025-03-10T10:05:00Z", bot_id="robo")
said("at_a_loss", "03-10T10:00:01", "customer")
said("at_a_loss", "03-10T10:00:02", "bot", "robo", is_fallback="true")
chat("greeting", ended_at="2025-03-10T10:05:00Z", bot_id="robo")
said("greeting", "03-10T10:00:01", "bot", "robo")
said("greeting", "03-10T10:02:00", "customer")
said("greeting", "03-10T10:02:04", "bot", "robo")

# Identity
for name in ("a", "b"):
    ticket("words_for_nobody", name, customer_id="NULL")
    call("withheld", name, customer_id="", customer_phone="0000000000", **ANSWERED)
IDS = {"exponent_id": "1.5E+15", "zero": "0", "no_uuid": "00000000-0000-0000-0000-000000000000"}
PHONES = {
    **{"keypad": "+266696687", "too_short": "83412", "too_long": "4930123456789012"},
    **{
        "one_digit": "7777777777",
        "in_order": "1234567890",
        "exponent": "4.49771E+11",
        "one_system": "030 1234567",
    },
}
for name in ("a", "b"):
    for kind, customer in IDS.items():
        ticket(kind, name, customer_id=customer)
    for kind, number in PHONES.items():
        call(kind, name, customer_id="", customer_phone=number, **ANSWERED)
    national = {"customer_id": "", "customer_phone": "030 7654321"}
    call("two_systems", name, source_system=f"system_{name}", **national, **ANSWERED)
for name, address in (("a", "Anna <Anna@x.org>"), ("b", "anna@x.org")):
    ticket("named_address", name, customer_id="", customer_email=address)
for name, number in (("a", "020 1234567"), ("b", "+31 20 1234567")):
    call("dutch", name, customer_id="", customer_phone=number, **ANSWERED)
call("rounded", "a", customer_id="123456789012345000", **ANSWERED)
call("rounded", "b", customer_id="123456789012345000", **ANSWERED)
for name, number in (("a", "+49 (0)30 1234567"), ("b", "+49301234567")):
    call("trunk_zero", name, customer_id="", customer_phone=number, **ANSWERED)
ticket("floats", customer_id="500.0")
chat("floats", customer_id="500", started_at="2025-03-10T12:00:00Z", ended_at="2025-03-10T12:10:00Z")

# Words for nobody where something is referred to
ticket("merged_into_0", merged_into_ticket_id="0", status="solved", solved_at="2025-03-10T10:30:00Z")
for name in ("a", "b"):
    call("root_0", name, root_call_id="0", **ANSWERED)
call("unassigned", agent_id="unassigned", queued_at="2025-03-10T10:00:00Z", ended_at="2025-03-10T10:01:00Z")
chat("no_bot", bot_id="false", ended_at="2025-03-10T10:10:00Z", agent_joined_at="2025-03-10T10:01:00Z")

# Times
ticket("days", created_at="2025-03-10", status="solved", solved_at="2025-03-12", due_at="2025-03-12")
ticket("solved_by_day", "t1", status="solved", solved_at="2025-03-10", closed_at="2025-03-10")
ticket("solved_by_day", "early", status="solved", solved_at="2025-03-09")
ticket("changed_by_day", status="solved")
changed("changed_by_day", "03-10T00:00:00", "agent", "open", "solved")
ticket("said_by_day", status="solved", solved_at="2025-03-10T11:00:00Z")
wrote("said_by_day", "03-10T00:00:00", "customer")
wrote("said_by_day", "03-10T00:00:00", "agent")
ticket("asked_by_day", "of_that_day", customer_id="asked", status="solved", solved_at="2025-03-10T11:00:00Z")
ticket(
    "asked_by_day",
    "before",
    customer_id="asked",
    created_at="2025-03-08T10:00:00Z",
    status="solved",
    solved_at="2025-03-08T11:00:00Z",
)
land(
    "surveys",
    survey_id="s1",
    source_system="asked_by_day",
    customer_id="asked",
    question="csat",
    sent_at="2025-03-10",
)
call("ended_by_day", "call", **{**ANSWERED, "ended_at": "2025-03-10"}, hold_seconds=20)
chat("ended_by_day", agent_joined_at="2025-03-10T10:00:20Z", ended_at="2025-03-10")
wrote("early_mail", "03-10T09:50:00", "customer")
ticket("early_mail")
wrote("early_mail", "03-10T10:10:00", "agent")
ticket("early_mails")
wrote("early_mails", "03-10T09:44:59", "customer")
wrote("early_mails", "03-10T09:45:00", "customer")
chat("early_word", ended_at="2025-03-10T10:05:00Z")
said("early_word", "03-10T09:59:50", "customer")
said("early_word", "03-10T10:01:00", "agent", "anna")
ticket("closed_by_day", status="solved", closed_at="2025-03-12")
ticket("created_by_day", created_at="2025-03-10", status="solved", solved_at="2025-03-10T11:00:00Z")
wrote("created_by_day", "03-10T10:00:00", "customer")
wrote("created_by_day", "03-10T10:10:00", "agent")
call("answered_by_day", **{**ANSWERED, "answered_at": "2025-03-10"})
call("started_by_day", "call", **{**ANSWERED, "started_at": "2025-03-10", "outcome": "answered"})
chat("started_by_day", **joined, started_at="2025-03-10")
for number in range(1001):
    year = 2025 if number else 2026
    times = {"started_at": "2025-03-10T10:00:00Z", "ended_at": f"{year}-03-10T10:05:00Z"}
    land("self_service_sessions", session_id=f"s{number}", source_system="mistyped_year", **times)
ticket("no_messages", status="solved", solved_at="2025-03-10T11:00:00Z")

# Solves
ticket("solved_some_time", team="solved_some_time", status="solved", due_at="2025-03-12T10:00:00Z")
ticket("solved_some_time", "archived", status="closed")
ticket("taken_up", team="taken_up", status="solved", solved_at="2025-04-10T10:10:00Z")
changed("taken_up", "03-10T11:00:00", "agent", "open", "solved")
changed("taken_up", "04-10T10:00:00", "agent", "solved", "open")
changed("taken_up", "04-10T10:10:00", "agent", "open", "solved")
ticket("reopened_twice", status="solved", created_at="2025-03-10T09:30:00Z", solved_at="2025-03-12T16:00:00Z")
changed("reopened_twice", "03-10T10:00:00", "agent", "open", "solved")
changed("reopened_twice", "03-12T10:00:00", "customer", "solved", "open")
changed("reopened_twice", "03-12T10:30:00", "agent", "open", "solved")
changed("reopened_twice", "03-12T10:35:00", "customer", "solved", "open")
changed("reopened_twice", "03-12T16:00:00", "agent", "open", "solved")
# Reopened by nobody known, and by the tool itself.
for who, actor in (("nobody", ""), ("unknown", "Qwertz"), ("system", "system")):
    kind = f"reopened_by_{who}"
    ticket(kind, status="solved", solved_at="2025-03-10T16:00:00Z")
    changed(kind, "03-10T10:10:00", "agent", "open", "solved")
    changed(kind, "03-10T12:00:00", actor, "solved", "open")
    changed(kind, "03-10T16:00:00", "agent", "open", "solved")
# The first contact of its source, long before: so the one above is no left-censored one.
ticket(
    "reopened_twice",
    "t0",
    created_at="2025-01-01T10:00:00Z",
    status="solved",
    solved_at="2025-01-01T11:00:00Z",
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("gaps")
    return publish(write(folder / "landing", TABLES), folder, "--phone-country", PHONE_COUNTRY)


def write(folder: Path, tables: dict[str, list[Row]]) -> Path:
    folder.mkdir()
    for table, lines in tables.items():
        with (folder / f"{table}.csv").open("w", newline="") as file:
            columns = list(dict.fromkeys(column for line in lines for column in line))
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(lines)
    return folder


def value(warehouse: Path, kind: str, columns: str, name: str = "", seq: int = 1) -> tuple:
    """The values of one conversation, by column."""
    (found,) = rows(
        warehouse,
        f"select {columns} from core.fct_conversations where source_system = '{kind}'"
        f" and conversation_seq = {seq} and source_conversation_id like '{name or '%'}'",
    )
    return found


@pytest.fixture(scope="module")
def one(warehouse):
    return partial(value, warehouse)


RESOLVED = "is_resolved, resolution_evidence, resolution_seconds"
WAIT = "queue_outcome, queue_outcome_evidence, wait_seconds, is_abandoned"


@pytest.mark.parametrize(
    ("kind", "name", "columns", "expected"),
    [
        ("no_end", "", WAIT, ("abandoned", "stated", None, True)),
        ("no_outcome", "queued", WAIT, ("abandoned", "inferred", 60, True)),
        ("no_outcome", "rang", WAIT, ("abandoned", "inferred", 60, True)),
        ("missed", "", WAIT, ("abandoned", "stated", 60, True)),
        ("both", "", WAIT, ("answered", "stated", 10, False)),
        ("overflown", "", WAIT, ("overflow", "stated", 60, False)),
        ("flow_out", "voicemail", WAIT, ("voicemail", "stated", 60, False)),
        ("flow_out", "callback_requested", WAIT, ("callback_requested", "stated", 60, False)),
        ("voicemail_and_agent", "", WAIT, ("answered", "stated", 10, False)),
        ("no_instant", "", WAIT, ("answered", "stated", None, False)),
        ("no_instant", "", "is_human_response_known, first_response_seconds", (False, None)),
        ("left_open", "", WAIT, ("abandoned", "inferred", None, True)),
        ("no_ends", "c1", RESOLVED, (True, "inferred", None)),
        ("no_ends", "hung_up", RESOLVED, (False, "none", None)),
        ("no_chat_ends", "", RESOLVED, (True, "inferred", 20)),
        ("goes_on", "c1", RESOLVED, (False, "none", None)),
        ("goes_on", "over", RESOLVED, (True, "inferred", 300)),
        ("long_hold", "", "handle_seconds, hold_seconds", (290, None)),
        ("long_parts", "whole", "hold_seconds, wrap_seconds", (300, 86400)),
        ("long_parts", "longer", "hold_seconds, wrap_seconds", (None, None)),
        ("work_of_a_day", "", "handle_seconds", (86400,)),
        ("work_of_more", "", "handle_seconds", (None,)),
        ("directions", "outbound-api", "exclusion_reason", ("outbound",)),
        ("directions", "Outgoing", "exclusion_reason", ("outbound",)),
        ("directions", "internal", "exclusion_reason", ("internal",)),
        ("twilio", "c1", f"exclusion_reason, {WAIT}", (None, "answered", "stated", None, False)),
        ("twilio", "missed", f"exclusion_reason, {WAIT}", (None, "abandoned", "stated", 300, True)),
        ("over", "c1", f"exclusion_reason, {WAIT}", ("unmapped", None, None, None, False)),
        ("over", "annas", f"exclusion_reason, {WAIT}", (None, "answered", "stated", None, False)),
        ("over_in_a_tool_that_tells", "c1", WAIT, ("abandoned", "inferred", 300, True)),
        ("done", "", "is_resolved, resolution_seconds", (True, 1800)),
        ("erledigt", "", "is_resolved, resolution_seconds", (True, 1800)),
        ("erledigt_some_time", "", RESOLVED, (True, "stated", None)),
        ("solved_some_time", "t1", f"{RESOLVED}, is_fcr_anchor", (True, "stated", None, False)),
        ("solved_some_time", "t1", "responder, is_served", ("human", True)),
        ("solved_some_time", "archived", "is_resolved, is_fcr_anchor", (False, False)),
        ("closed", "", "is_resolved, resolution_evidence, handle_seconds", (True, "inferred", 580)),
        ("unknown_status", "solved", RESOLVED, (True, "stated", 1800)),
        ("unknown_status", "alone", RESOLVED, (None, "unmapped", None)),
        ("unknown_status", "alone", "is_served, is_fcr_anchor", (True, False)),
        ("unknown_change", "", RESOLVED, (True, "stated", 3600)),
        ("unknown_sender", "", "first_response_seconds, is_human_response_known", (None, False)),
        ("unknown_sender", "", "human_reply_count, customer_turn_count", (None, None)),
        # Its own columns say who joined, and when: 10:00:20 to 10:10.
        ("unknown_voice", "", "responder, first_response_seconds, handle_seconds", ("human", 20, 580)),
        ("unknown_voice", "", "human_reply_count, customer_turn_count", (None, None)),
        # Whether anybody answered is not known: neither answered nor abandoned, neither resolved nor not.
        ("unknown_voice_alone", "", WAIT, (None, None, None, False)),
        ("unknown_voice_alone", "", RESOLVED, (None, "unmapped", None)),
        ("unknown_voice_stated", "", WAIT, (None, None, None, False)),
        ("unknown_voice_stated", "", RESOLVED, (True, "stated", 600)),
        ("early_person", "", "first_response_seconds, first_human_response_seconds", (5, 60)),
        ("unknown_direction", "", "exclusion_reason, queue_outcome", ("unmapped", None)),
        ("unknown_outcome", "", f"exclusion_reason, {WAIT}", ("unmapped", None, None, None, False)),
        ("unknown_outcome_answered", "", WAIT, ("answered", "stated", 10, False)),
        ("outcome_other", "", WAIT, ("answered", "stated", 10, False)),
        ("unknown_outcome_missed", "c1", WAIT, ("abandoned", "inferred", 300, True)),
        ("unknown_end", "", "is_resolved, resolution_evidence", (True, "inferred")),
        ("passed_on", "", "bot_outcome, is_resolved, queue_outcome", ("escalated_lost", False, None)),
        ("user_admin", "", "responder, exclusion_reason, first_response_seconds", ("human", None, 60)),
        ("asynchronous", "", "handle_seconds", (150,)),
        ("resumed", "", "bot_handle_seconds", (12,)),
        ("silence", "", "handle_seconds, first_response_seconds", (1800, 18000)),
        # From the first word of the burst to each of the two replies: 120 + 30 s.
        ("burst", "", "handle_seconds", (150,)),
        # The hour before the second word was silence: 11:00 to 11:02.
        ("wrote_again", "", "handle_seconds", (120,)),
        ("unheard", "", "responder, handle_seconds", ("human", None)),
        ("unheard_bot", "c1", "responder, bot_handle_seconds", ("bot", None)),
        ("unheard_bot", "short", "responder, bot_handle_seconds", ("bot", 60)),
        ("record", "c1", "exclusion_reason, is_resolved, resolution_evidence", (None, True, "stated")),
        ("record", "r1", "exclusion_reason", ("record_of_contact",)),
        ("record", "late", "exclusion_reason", (None,)),
        ("named_record", "c1", "topic, team, is_resolved", ("named_record", "back", False)),
        ("named_record", "r1", "exclusion_reason", ("record_of_contact",)),
        # The call ended at 10:05: 10:35 is within half an hour.
        ("near_record", "edge", "exclusion_reason", ("record_of_contact",)),
        ("near_record", "before", "exclusion_reason", (None,)),
        ("near_record", "chat", "exclusion_reason", (None,)),
        ("near_record", "others", "exclusion_reason", (None,)),
        ("named_and_near", "c1", "is_resolved, resolution_evidence", (True, "stated")),
        ("named_and_near", "c2", "is_resolved, resolution_evidence", (True, "inferred")),
        ("logged_record", "c1", "is_resolved, strftime(resolved_at, '%H:%M')", (True, "10:20")),
        ("closed_record", "c1", "is_resolved, resolved_at, resolution_evidence", (False, None, "stated")),
        ("chat_record", "c1", "exclusion_reason, is_resolved, resolution_evidence", (None, False, "stated")),
        ("chat_record", "t1", "exclusion_reason", ("record_of_contact",)),
        ("opened", "", "exclusion_reason", ("outbound",)),
        ("opened_in_time", "", "exclusion_reason", ("outbound",)),
        ("opened_late", "", "exclusion_reason, first_response_seconds", (None, 3)),
        ("receipt", "", "exclusion_reason, first_response_seconds, human_reply_count", (None, 600, 1)),
        ("receipt_in_chat", "", "exclusion_reason, first_response_seconds, human_reply_count", (None, 30, 1)),
        ("opened_chat", "", "exclusion_reason", ("outbound",)),
        ("opened_chat_inbound", "", "exclusion_reason, first_human_response_seconds", (None, 60)),
        ("opened_inbound", "", "exclusion_reason, first_human_response_seconds", (None, 7200)),
        ("roster", "", "responder, first_human_response_at, first_bot_response_seconds", ("bot", None, 5)),
        ("roster_of_tickets", "", "responder, agent_id, bot_id is null", ("bot", None, False)),
        ("roster_of_tickets", "", "is_served, handle_seconds, bot_handle_seconds", (True, None, 60)),
        ("roster", "", "agent_id, bot_id is null", (None, False)),
        ("roster_unheard", "", "responder, agent_id, bot_id is null", ("bot", None, False)),
        ("roster_unheard", "", "first_human_response_at, handle_seconds", (None, None)),
        ("roster_of_calls", "", "responder, agent_id, first_human_response_at", ("bot", None, None)),
        ("roster_of_calls", "", "handle_seconds, bot_handle_seconds", (None, 290)),
        ("roster_of_calls", "", "first_bot_response_seconds", (10,)),
        ("roster_of_mails", "", "responder, first_human_response_at", ("bot", None)),
        ("roster_of_mails", "", "first_bot_response_seconds", (5,)),
        ("greeting", "", "exclusion_reason, first_bot_response_seconds, bot_reply_count", (None, 4, 1)),
        ("merged_into_0", "", "exclusion_reason, is_resolved", (None, True)),
        ("root_0", "b", "responder, handle_seconds", ("human", 290)),
        ("unassigned", "", WAIT, ("abandoned", "inferred", 60, True)),
        ("no_bot", "", "responder, bot_handle_seconds", ("human", None)),
        ("days", "", "is_resolved, resolution_seconds, resolution_business_seconds", (True, None, None)),
        ("days", "", "due_at", (datetime(2025, 3, 13),)),
        # No messages, no changes of status: whether it came back is not known. The word outlives its instant.
        ("solved_by_day", "t1", f"{RESOLVED}, is_reopened", (True, "stated", None, None)),
        ("solved_by_day", "early", "is_resolved, resolution_evidence", (True, "stated")),
        ("changed_by_day", "", f"{RESOLVED}, is_reopened", (True, "stated", None, False)),
        ("said_by_day", "", f"{RESOLVED}, first_response_seconds", (True, "stated", 3600, None)),
        ("ended_by_day", "call", f"{WAIT}, is_resolved, handle_seconds, hold_seconds",
         ("answered", "stated", 10, False, True, None, 20)),
        ("ended_by_day", "c1", f"{RESOLVED}, first_response_seconds, handle_seconds",
         (True, "inferred", None, 20, None)),
        ("closed_by_day", "", RESOLVED, (True, "stated", None)),
        ("created_by_day", "", "first_response_seconds, human_reply_count", (None, 1)),
        ("created_by_day", "", RESOLVED, (True, "stated", None)),
        ("answered_by_day", "", f"{WAIT}, handle_seconds", ("answered", "stated", None, False, None)),
        ("started_by_day", "call", "queue_outcome, wait_seconds, handle_seconds",
         ("answered", None, None)),
        ("started_by_day", "c1", "first_response_seconds, wait_seconds, handle_seconds", (None, None, None)),
        # 15 minutes before the ticket belong to it, a second more does not.
        ("early_mails", "", "customer_turn_count", (1,)),
        # It is read as of 10:00, when the chat began.
        ("early_word", "", "first_response_seconds", (60,)),
        ("early_mail", "", "customer_turn_count, first_response_seconds", (1, 600)),
        ("reopened_by_nobody", "", "is_resolved, is_reopened, is_fcr_anchor", (True, None, False)),
        ("reopened_by_unknown", "", "is_resolved, is_reopened, is_fcr_anchor", (True, None, False)),
        ("reopened_by_system", "", "is_resolved, is_reopened, is_fcr_anchor", (True, False, True)),
        ("no_messages", "", "is_reopened, is_fcr_anchor, is_resolved_at_once", (None, True, True)),
        ("no_messages", "", "is_human_response_known, first_response_seconds", (False, None)),
    ],
)  # fmt: skip
def test_a_gap_gives_what_is_known_and_no_more(one, kind, name, columns, expected):
    assert one(kind, columns, name) == expected


@pytest.mark.parametrize(
    ("kind", "measures", "expected"),
    [
        ("no_end", "abandoned_count, short_abandoned_count, abandoned_waited_count", (1, 0, 0)),
        ("no_end", "answered_or_left_in_time_count, answered_in_time_or_short_count", (0, 0)),
        ("no_instant", "answered_count, answer_waited_count, answered_in_time_count", (1, 0, 0)),
        ("no_instant", "service_answered_count, service_offered_count", (0, 0)),
    ],
)
def test_an_unknown_wait_is_neither_short_nor_in_time_nor_in_a_mean(warehouse, kind, measures, expected):
    assert rows(warehouse, f"select {measures} from marts.kpi_access where topic = '{kind}'") == [expected]


@pytest.mark.parametrize(("kind", "counts"), [("unknown_status", (1, 1, 1)), ("unknown_change", (1, 1, 0))])
def test_what_a_word_that_nobody_knows_says_alone_is_not_measured(warehouse, kind, counts):
    """Of two tickets of an unknown status that somebody worked on, one has the instant of its solve."""
    judged = "resolution_judged_count, resolved_by_now_count, resolution_excluded_count"
    assert rows(warehouse, f"select {judged} from marts.kpi_tickets where topic = '{kind}'") == [counts]


def test_a_tool_without_messages_has_no_response_to_miss(warehouse):
    judged = "any_calendar_judged_count, any_calendar_unjudged_count, any_calendar_without_target_count"
    assert rows(warehouse, f"select {judged} from marts.kpi_response_times where topic = 'no_messages'") == [
        (0, 0, 1)
    ]


@pytest.mark.parametrize(
    ("kind", "customers"),
    [
        *[("words_for_nobody", 0), ("withheld", 0), ("floats", 1), ("rounded", 0), ("trunk_zero", 1)],
        *[("exponent_id", 0), ("zero", 0), ("no_uuid", 0), ("named_address", 1), ("dutch", 1)],
        *[
            ("one_digit", 0),
            ("keypad", 0),
            ("too_short", 0),
            ("too_long", 0),
            ("in_order", 0),
            ("exponent", 0),
        ],
        *[("one_system", 1), ("two_systems", 2)],
    ],
)
def test_who_is_nobody_is_nobody_and_who_is_one_is_one(warehouse, kind, customers):
    query = f"select count(distinct customer_id), count(*) from core.fct_conversations where topic = '{kind}'"
    assert rows(warehouse, query) == [(customers, 2)]


def test_what_is_dated_by_the_day_of_its_start_is_neither_emptied_nor_refused(warehouse):
    query = "select column_name, rule from quality.rejects where source_system like '%by_day'"
    assert rows(warehouse, query) == [("solved_at", "before_start")]
    query = "select bool_and(resolved_at >= started_at) from core.fct_conversations where topic ~ 'by_day'"
    assert rows(warehouse, query) == [(True,)]


def test_days_measure_no_turn(warehouse):
    query = """
        select count(*)
        from core.fct_response_turns inner join core.fct_conversations using (conversation_id)
        where source_system in ('said_by_day', 'created_by_day', 'started_by_day')
    """
    assert rows(warehouse, query) == [(0,)]


def test_a_survey_dated_by_day_asks_about_that_day(warehouse):
    query = """
        select source_conversation_id
        from core.fct_survey_responses inner join core.fct_conversations using (conversation_id)
    """
    assert rows(warehouse, query) == [("of_that_day",)]


def test_a_solved_ticket_is_in_no_backlog_until_it_is_taken_up_again(warehouse):
    query = """
        select count(*), sum(open_count), sum(created_count), sum(reopened_count), sum(solved_count)
        from core.fct_backlog_days where team = 'taken_up'
    """
    [(days, *counts)] = rows(warehouse, query)
    assert days > 30
    assert counts == [0, 1, 1, 2]


def test_what_was_solved_nobody_knows_when_is_resolved_and_neither_in_time_nor_late_nor_open(warehouse):
    def of(columns: str, table: str) -> list[tuple]:
        return rows(warehouse, f"select {columns} from {table} where team = 'solved_some_time'")

    assert of("resolution_judged_count, resolved_by_now_count", "marts.kpi_tickets") == [(1, 1)]
    assert of("resolution_in_time_judged_count, completed_ticket_count", "marts.kpi_tickets") == [(0, 0)]
    assert of("due_ticket_count, due_excluded_count", "marts.kpi_due_tickets") == [(0, 1)]
    assert of("1", "core.fct_backlog_days") == []


def test_what_a_bot_did_not_understand_is_measured_where_its_tool_says_so(warehouse):
    query = (
        "select fallback_count from core.fct_dialogues join core.fct_conversations using (conversation_id)"
    )
    assert rows(warehouse, f"{query} where source_system = 'greeting'") == [(None,)]
    assert rows(warehouse, f"{query} where source_system = 'at_a_loss'") == [(1,)]
    measures = "bot_customer_turns, bot_fallback_turns"
    assert rows(warehouse, f"select {measures} from marts.kpi_dialogues where topic = 'greeting'") == [(0, 0)]


def test_a_second_reopening_is_one_also_where_the_first_began_the_conversation(one):
    columns = "is_reopened, fcr_48h"
    assert one("reopened_twice", columns, "t1", seq=2) == (True, False)


@pytest.mark.parametrize(
    ("kind", "judged", "excluded"),
    [
        ("reopened_by_nobody", 0, 1),
        ("reopened_by_unknown", 0, 1),
        ("reopened_by_system", 1, 0),
        ("no_messages", 0, 1),
    ],
)
def test_whether_a_ticket_came_back_is_told_or_not_counted(warehouse, kind, judged, excluded):
    columns = "reopening_judged_count, reopening_excluded_count, reopened_ticket_count"
    assert rows(warehouse, f"select {columns} from marts.kpi_tickets where topic = '{kind}'") == [
        (judged, excluded, 0)
    ]


@pytest.mark.parametrize(
    ("kind", "column", "rule"),
    [
        ("both", "outcome", "answered_all_the_same"),
        ("voicemail_and_agent", "outcome", "answered_all_the_same"),
        ("closed", "end_reason", "word_that_says_nothing"),
        ("unknown_end", "end_reason", "unknown_word"),
        ("long_hold", "hold_seconds", "out_of_range"),
        ("solved_by_day", "solved_at", "before_start"),
        ("long_parts", "hold_seconds", "out_of_range"),
        ("long_parts", "wrap_seconds", "out_of_range"),
        ("work_of_more", "work_seconds", "out_of_range"),
        ("roster", "agent_id", "bot_on_the_roster"),
        ("roster_of_tickets", "actor_type", "bot_on_the_roster"),
        ("roster_of_tickets", "assigned_agent_id", "bot_on_the_roster"),
        ("roster_of_calls", "agent_id", "bot_on_the_roster"),
        ("roster_of_mails", "sender_type", "bot_on_the_roster"),
        ("roster", "sender_type", "bot_on_the_roster"),
        ("withheld", "customer_phone", "nobody"),
        ("words_for_nobody", "customer_id", "nobody"),
        ("early_mails", "sent_at", "before_parent"),
        ("mistyped_year", "ended_at", "after_cutoff"),
    ],
)
def test_contradictions_and_words_that_say_nothing_are_listed(warehouse, kind, column, rule):
    query = f"select column_name, rule from quality.rejects where source_system = '{kind}'"
    assert (column, rule) in rows(warehouse, query)


def check(landing: Path, folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "service_kpis", "check", "--landing", landing, "--work", folder / "work"]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_run_stops_before_it_builds_where_words_are_unknown_and_hands_over_the_lines(tmp_path):
    statuses = ["open"] * 97 + ["Zzz_Zzz"] * 3
    tickets = [
        {"ticket_id": i, "created_at": "2025-03-10T10:00:00Z", "status": status}
        for i, status in enumerate(statuses)
    ]
    landing = write(tmp_path / "landing", {"tickets": tickets})
    code, text = check(landing, tmp_path)
    assert code == 2
    assert "tickets.status: nobody knows the words 'Zzz_Zzz' (3): 3 of 100 rows, 3.0%" in text
    assert (tmp_path / "work" / "unknown_words.csv").read_text() == (
        "vocabulary,landed_word,word,source\nticket_status,Zzz_Zzz,,own\n"
    )
    tickets[-1]["status"] = "open"
    code, text = check(write(tmp_path / "fewer", {"tickets": tickets}), tmp_path)
    assert code == 0
    assert "2 of 100 rows, 2.0%" in text


def test_a_run_stops_where_nobody_knows_who_reopened_its_tickets(tmp_path):
    created = {"ticket_id": "t1", "created_at": "2025-03-10T10:00:00Z"}
    event = {"ticket_id": "t1", "event_id": "e1", "event_type": "status_change", "actor_type": "Qwertz"}
    events = [{**event, "occurred_at": "2025-03-10T11:00:00Z", "from_value": "solved", "to_value": "open"}]
    landing = write(tmp_path / "landing", {"tickets": [created], "ticket_events": events})
    code, text = check(landing, tmp_path)
    assert code == 2
    assert "ticket_events.actor_type: 1 of 1 rows, 100.0% hold words that nobody knows" in text


def test_the_lines_that_are_handed_over_do_what_they_say(tmp_path, monkeypatch):
    tickets = [
        {"ticket_id": i, "created_at": "2025-03-10T10:00:00Z", "status": status}
        for i, status in enumerate(["-100", "Direct_Opening"])
    ]
    landing = write(tmp_path / "landing", {"tickets": tickets})

    def unknown():
        return load_landing(str(landing), tmp_path / "build.duckdb", parse_zones([])).findings.unknown

    write_lines(unknown(), tmp_path / "lines.csv")
    _, *lines = (tmp_path / "lines.csv").read_text().splitlines()
    assert lines == ["ticket_status,-100,,own", "ticket_status,Direct_Opening,,own"]
    filled = "\n".join(
        [words.WORD_MAP.read_text().rstrip(), *(line.replace(",,", ",open,") for line in lines)]
    )
    (tmp_path / "word_map.csv").write_text(filled)
    monkeypatch.setattr(words, "WORD_MAP", tmp_path / "word_map.csv")
    words.word_map.cache_clear()
    try:
        assert unknown() == []
    finally:
        words.word_map.cache_clear()


def test_deleted_rows_are_left_out_and_unknown_columns_are_said_with_what_they_may_be(tmp_path):
    calls = [
        {"call_id": "a", "started_at": "2025-03-10T10:00:00Z", "end_time": "", "_fivetran_deleted": "false"},
        {"call_id": "b", "started_at": "2025-03-10T10:00:00Z", "end_time": "", "_fivetran_deleted": "true"},
    ]
    code, text = check(write(tmp_path / "landing", {"calls": calls}), tmp_path)
    assert code == 0
    assert "calls: 1 rows were deleted at their source, and are left out" in text
    assert "column end_time is none of the landing contract, and is not read; is it ended_at" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'ticket_id,created_at,note\n1,2025-03-10,"two\nlines"\n', "(unclosed_quote), the first tick"),
        ("ticket_id,created_at\nü,2025-03-10\n".encode("cp1252"), "iconv -f WINDOWS-1252 -t UTF-8"),
        (b"ticket_id,created_at\n4.49771E+11,2025-03-10\n", "a spreadsheet has rounded the ids"),
        (b"ticket_id,created_at\n123456789012345000,2025-03-10\n", "a spreadsheet has rounded the ids"),
        (b"ticket_id,created_at\n1,10.03.2025\n", "created_at), the first tickets.csv:2; times are ISO"),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_is_said_before_the_build_with_its_place_and_remedy(tmp_path, content, said):
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "tickets.csv").write_bytes(content)
    code, text = check(tmp_path / "landing", tmp_path)
    assert code == 2
    assert said in text


def test_message_numbers_that_begin_anew_in_each_ticket_are_said(tmp_path):
    messages = [
        {"message_id": n, "ticket_id": t, "sent_at": "2025-03-10T10:00:00Z", "sender_type": "agent"}
        for t in range(20)
        for n in range(5)
    ]
    code, text = check(write(tmp_path / "landing", {"ticket_messages": messages}), tmp_path)
    assert code == 2
    assert "message_id begins anew in each ticket_id, 5 ids for 100 rows" in text


def test_legs_that_bear_the_id_of_their_call_are_said(tmp_path):
    """Two legs of each of 30 calls: 30 of 60 rows would be copies. The same call landed twice is one."""
    legs = [
        {"call_id": n, "started_at": f"2025-03-10T10:0{leg}:00Z", "ended_at": "2025-03-10T10:09:00Z"}
        for n in range(30)
        for leg in range(2)
    ]
    code, text = check(write(tmp_path / "landing", {"calls": legs}), tmp_path)
    assert code == 2
    assert "calls: 30 ids of call_id stand for 60 rows that began at different times, of which 30" in text
    copies = [leg | {"started_at": "2025-03-10T10:00:00Z"} for leg in legs]
    assert check(write(tmp_path / "copies", {"calls": copies}), tmp_path)[0] == 0


def test_an_unknown_word_is_said_with_the_nearest_known_one_and_the_words_of_ours(tmp_path):
    calls = [CALL | {"direction": "outbond", "outcome": "Anser"}]
    _, text = check(write(tmp_path / "landing", {"calls": calls}), tmp_path)
    assert "nobody knows the words 'outbond' (1, like 'outbound'): 1 of 1 rows" in text
    assert "words of ours: inbound, internal, other, outbound" in text
    assert "nobody knows the words 'Anser' (1, like 'answer', our answered)" in text


@pytest.mark.parametrize(("scale", "is_said"), [(("0", ""), True), (("", "5"), False), (("", ""), False)])
def test_a_scale_of_which_half_landed_is_said_where_it_has_no_kpi(tmp_path, scale, is_said):
    """What did not land is the question's usual scale, for csat 1 to 5; there is none from 0 to 5."""
    survey = {"survey_id": "s", "question": "csat", "sent_at": "2025-03-10T10:00:00Z", "score": "4"}
    survey |= {"scale_min": scale[0], "scale_max": scale[1]}
    _, text = check(write(tmp_path / "landing", {"surveys": [survey]}), tmp_path)
    assert ("1 answers to csat on a scale from 0 to 5 count in no score" in text) is is_said


def test_calls_that_only_say_that_they_are_over_are_said(tmp_path):
    calls = [
        CALL | {"call_id": str(n), "outcome": word}
        for n, word in enumerate(["completed", "disconnected", "ended", "no-answer"])
    ]
    _, text = check(write(tmp_path / "landing", {"calls": calls}), tmp_path)
    assert "calls of source system default: 2 of 4 say only that they are over (disconnected, ended)" in text
    assert "calls of source system default: 1 of 4 say that a connection was made (completed), and" in text


@pytest.mark.parametrize(("outcome", "is_said"), [("abandoned", False), ("answered", True)])
def test_only_of_answered_calls_the_instant_of_the_answer_is_missing(tmp_path, outcome, is_said):
    _, text = check(write(tmp_path / "landing", {"calls": [CALL | {"outcome": outcome}]}), tmp_path)
    assert ("calls.answered_at of source system default holds nothing" in text) is is_said


CALL = {"call_id": "a", "started_at": "2025-03-10T10:00:00Z", "ended_at": "2025-03-10T10:05:00Z"}


def test_values_that_cannot_be_read_are_said_and_stop_where_most_rows_hold_such(tmp_path):
    calls = [
        {
            **CALL,
            "call_id": i,
            "resolved": "true" if i % 3 else "Ja",
            "hold_seconds": "12,5" if i % 3 else "-",
        }
        for i in range(30)
    ]
    code, text = check(write(tmp_path / "landing", {"calls": calls}), tmp_path)
    assert code == 2
    assert (
        "calls.resolved: 10 of 30 values cannot be read and would be missing, the first calls.csv:2" in text
    )
    stops = text[text.index("A run would not start") :]
    assert "calls.hold_seconds: 20 of 20 values cannot be read and would be missing, the first" in stops
    assert "calls.resolved" not in stops


def test_what_is_not_known_where_a_tool_keeps_no_log_of_its_tickets_is_said(tmp_path):
    created = {"ticket_id": "t1", "status": "solved", "created_at": "2025-03-10T10:00:00Z"}
    dated = {**created, "source_system": "dated", "solved_at": "2025-03-10T11:00:00Z"}
    tickets = [dated, {**created, "source_system": "undated"}, {**created, "source_system": "logged"}]
    event = {"event_id": "e1", "ticket_id": "t1", "source_system": "logged", "event_type": "status_change"}
    landed = {"tickets": tickets, "ticket_events": [{**event, "occurred_at": "2025-03-10T11:00:00Z"}]}
    code, text = check(write(tmp_path / "landing", landed), tmp_path)
    assert code == 0
    assert "ticket_events of source system dated, undated holds nothing: who reopened a ticket" in text
    assert "tickets.solved_at of source system undated holds nothing, nor do its events: what says" in text


def test_what_is_not_known_where_a_tool_lands_no_ends_is_said(tmp_path):
    calls = [CALL | {"source_system": "whole"}, CALL | {"source_system": "endless", "ended_at": ""}]
    code, text = check(write(tmp_path / "landing", {"calls": calls}), tmp_path)
    assert code == 0
    assert "calls.ended_at of source system endless holds nothing: handle and resolution times are" in text
    assert "calls.outcome of source system endless, whole holds nothing" in text


@pytest.mark.parametrize(("day", "others", "is_said"), [
    ("2005-03-10", 20, True), ("2005-03-10", 19, False), ("2025-09-08", 20, True), ("2025-09-07", 20, False),
])  # fmt: skip
def test_few_values_over_180_days_apart_from_the_others_are_said(tmp_path, day, others, is_said):
    """One of 21 is fewer than 5 in 100, one of 20 is not; 11 March and 180 days are 7 September."""
    calls = [{"call_id": i, "started_at": f"2025-03-{10 + i % 2}T10:00:00Z"} for i in range(others)]
    calls.append({"call_id": "far", "started_at": f"{day}T10:00:00Z"})
    code, text = check(write(tmp_path / "landing", {"calls": calls}), tmp_path)
    assert code == 0
    said = f"values lie over 180 days apart from all others: calls.started_at (1 of 21, on {day})"
    assert (said in text) is is_said


def test_many_values_before_the_beginning_of_their_row_are_said_but_not_days(tmp_path):
    created = {"created_at": "2025-03-10T10:00:00Z"}
    zones = {"source_system": "zones", "solved_at": "2025-03-10T09:00:00Z"}
    days = {"source_system": "days", "solved_at": "2025-03-10"}
    tickets = [{"ticket_id": i, **created, **solved} for i in range(3) for solved in (zones, days)]
    code, text = check(write(tmp_path / "landing", {"tickets": tickets}), tmp_path)
    assert code == 0
    assert "tickets.solved_at of source system zones: 3 of 3 values lie before created_at" in text
    assert "source system days: 3 of 3" not in text


@pytest.mark.parametrize(("other", "code"), [("AgentBot", 2), ("admin", 0)])
def test_user_is_an_agent_in_one_tool_and_a_customer_in_another(tmp_path, other, code):
    """In Chatwoot it is the agent of a contact, in Intercom another customer beside an admin."""
    messages = [
        {"message_id": word, "chat_id": "c", "sent_at": "2025-03-10T10:00:00Z", "sender_type": word}
        for word in ("Contact", "User", other)
    ]
    found, text = check(write(tmp_path / "landing", {"chat_messages": messages}), tmp_path)
    assert found == code
    assert (
        "chat_messages.sender_type of source system default: user would be read as a customer" in text
    ) is (code == 2)


def test_surveys_alone_have_their_periods(tmp_path):
    surveys = [
        {"survey_id": i, "question": "csat", "sent_at": "2025-03-10T10:00:00Z",
         "responded_at": "2025-03-10T11:00:00Z", "score": 5, "scale_min": 1, "scale_max": 5}
        for i in range(20)
    ]  # fmt: skip
    warehouse = publish(write(tmp_path / "landing", {"surveys": surveys}), tmp_path, boards=True)
    query = """
        select value, n from marts.kpi_values
        where kpi_id = 'csat_top_box' and grain = 'month' and slice = 'all'
    """
    assert rows(warehouse, query) == [(1.0, 20)]


def test_a_mistyped_year_does_not_move_the_cut_off(tmp_path):
    tickets = [
        {"ticket_id": i, "created_at": f"2025-03-{1 + i % 28:02}T10:00:00Z", "solved_at": ""}
        for i in range(2000)
    ]
    tickets[7]["solved_at"] = "2026-03-01T10:00:00Z"
    warehouse = publish(write(tmp_path / "landing", {"tickets": tickets}), tmp_path)
    assert rows(warehouse, "select max(as_of) from quality.runs") == [(at("2025-03-28 10:00"),)]
    assert rows(warehouse, "select rule, count(*) from quality.rejects group by 1") == [("after_cutoff", 1)]
