"""Times that are none, lie outside the period, lack a zone or run backwards."""

from datetime import datetime, timedelta
from typing import Any

from worlds import at

from faults.fault import Fault, Reject, add, all_of, put, refused, repaired
from faults.golden import AS_OF
from faults.keys import H50_CHILDREN, H50_GONE, T50_CHILDREN, T50_GONE

BERLIN = "Europe/Berlin"
BARE_CALL = dict.fromkeys(("ivr_started_at", "ivr_ended_at", "queued_at", "answered_at"))
"""A call of which only start and end are known."""
NUMBER = "9" * 10
"""The shape of what may be somebody's telephone number."""
OTHER_SHIFTS = 98 * 8 * 3600 + 2 * 3600 + 55 * 60
"""Seconds on shift without that of the 9th; the last one, from 8:00 on the 17th, is cut at the cut-off."""


def _refused_call(name: str, landed: str, rule: str, value: Any = None, note: str = "") -> Fault:
    """A start that cannot be placed."""
    return Fault(
        name,
        put("calls", "c50", started_at=landed),
        rejects=(refused("calls", "c50", rule, "started_at", value or landed),),
        gone=("calls/c50",),
        note=note,
    )


def _repaired(name: str, table: str, key: str, column: str, landed: Any, rule: str, note: str = "") -> Fault:
    """An optional instant that becomes NULL."""
    return Fault(
        name,
        put(table, key, **{column: landed}),
        rejects=(repaired(table, key, rule, column, landed),),
        changed={f"{table}/{key}": {column: None}},
        note=note,
    )


def _reversed(name: str, table: str, key: str, end: datetime, *more: Reject, gone: tuple = ()) -> Fault:
    """An end before its start."""
    return Fault(
        name,
        put(table, key, ended_at=end),
        rejects=(refused(table, key, "end_before_start", "ended_at", end), *more),
        gone=gone or (f"{table}/{key}",),
    )


def _wall(name: str, key: str, start: str, end: str, instants: tuple[str, str], note: str) -> Fault:
    """A call in the wall time of Berlin, and the instants that it means."""
    started_at, ended_at = map(at, instants)
    return Fault(
        name,
        put("calls", key, started_at=start, ended_at=end, **BARE_CALL),
        changed={f"calls/{key}": {"started_at": started_at, "ended_at": ended_at, **BARE_CALL}},
        zone=BERLIN,
        note=note,
    )


FAULTS = (
    _refused_call("a start in words", "yesterday", "unparseable"),
    _refused_call("a start with the day first", "09/01/2025 10:50", "unparseable"),
    _refused_call("a start on a day that does not exist", "2025-02-30T10:50:00Z", "unparseable"),
    _refused_call(
        "a start in seconds since 1970",
        "1736419800",
        "unparseable",
        NUMBER,
        "Of a number as long as a telephone's, the shape is shown.",
    ),
    _refused_call("an infinite start", "infinity", "unparseable"),
    _refused_call("a start before 1990", "1970-01-01T00:00:00Z", "before_1990", at("1970-01-01 00:00")),
    _refused_call("a start in the future", "2099-01-01T00:00:00Z", "after_cutoff", at("2099-01-01 00:00")),
    Fault(
        "a ticket from the future",
        put("tickets", "t50", created_at="2099-01-01T00:00:00Z"),
        rejects=(
            refused("tickets", "t50", "after_cutoff", "created_at", at("2099-01-01 00:00")),
            # The first broken rule counts; its updates and solve are refused with the row.
            *T50_CHILDREN,
        ),
        gone=T50_GONE,
    ),
    Fault(
        "a message from the future",
        put("chat_messages", "c203", sent_at=at("2099-01-01 00:00")),
        rejects=(refused("chat_messages", "c203", "after_cutoff", "sent_at", at("2099-01-01 00:00")),),
        gone=("chat_messages/c203",),
    ),
    Fault(
        "a survey from the future",
        put("surveys", "s50", sent_at=at("2099-01-01 00:00")),
        rejects=(refused("surveys", "s50", "after_cutoff", "sent_at", at("2099-01-01 00:00")),),
        gone=("surveys/s50",),
    ),
    Fault(
        "an hour later than everything else, but not ahead of the clock",
        put("chat_messages", "c399", sent_at=AS_OF + timedelta(hours=1)),
        changed={"chat_messages/c399": {"sent_at": AS_OF + timedelta(hours=1)}},
        facts={"select as_of from staging.stg_landing__as_of": AS_OF + timedelta(hours=1)},
        note="It is the cut-off.",
        to_the_end=True,
    ),
    Fault(
        "a time of loading in the future",
        put("calls", "c50", loaded_at=at("2099-01-01 00:00")),
        changed={"calls/c50": {"loaded_at": at("2099-01-01 00:00")}},
        facts={"select as_of from staging.stg_landing__as_of": AS_OF},
        note="The loader's clock says nothing about the cut-off.",
    ),
    Fault(
        "a due date in the future",
        put("tickets", "t50", due_at=at("2099-01-01 00:00")),
        changed={"tickets/t50": {"due_at": at("2099-01-01 00:00")}},
        facts={"select as_of from staging.stg_landing__as_of": AS_OF},
        note="A plan, no event.",
    ),
    Fault(
        "a shift in the future",
        put("agent_shifts", "w50", started_at=at("2025-06-02 08:00"), ended_at=at("2025-06-02 16:00")),
        changed={
            "agent_shifts/w50": {"started_at": at("2025-06-02 08:00"), "ended_at": at("2025-06-02 16:00")}
        },
        facts={"select sum(shift_seconds) from core.fct_agent_days": OTHER_SHIFTS},
        note="A roster, not yet worked.",
    ),
    _wall(
        "a time without a zone",
        "c50",
        "2025-01-09T10:50:00",
        "2025-01-09T10:55:00",
        ("2025-01-09 09:50", "2025-01-09 09:55"),
        "Read in the zone of its source system.",
    ),
    _wall(
        "a time in the hour that the clocks skip",
        "c90",
        "2025-03-30T02:30:00",
        "2025-03-30T03:40:00",
        ("2025-03-30 01:30", "2025-03-30 01:40"),
        "Read with the offset before the change.",
    ),
    _wall(
        "a time in the hour that the clocks show twice",
        "c13",
        "2024-10-27T02:30:00",
        "2024-10-27T02:40:00",
        ("2024-10-27 01:30", "2024-10-27 01:40"),
        "Read as the later instant.",
    ),
    Fault(
        "a call that the hour shown twice turns round",
        put("calls", "c13", started_at="2024-10-27T02:50:00", ended_at="2024-10-27T02:05:00", **BARE_CALL),
        rejects=(refused("calls", "c13", "end_before_start", "ended_at", at("2024-10-27 01:05")),),
        gone=("calls/c13",),
        zone=BERLIN,
        note="It began in the first 02:50 and ended in the second 02:05; without offsets nobody can know.",
    ),
    _reversed("a call that ended before it began", "calls", "c50", at("2025-01-09 10:00")),
    _reversed(
        "a chat that ended before it began",
        "chats",
        "h50",
        at("2025-01-09 09:00"),
        *H50_CHILDREN,
        gone=H50_GONE,
    ),
    _reversed("a shift that ended before it began", "agent_shifts", "w50", at("2025-01-09 07:00")),
    _reversed("a session that ended before it began", "self_service_sessions", "v50", at("2025-01-09 08:00")),
    _repaired("a solve in words", "tickets", "t50", "solved_at", "soon", "unparseable"),
    _repaired(
        "a ticket solved before it was created",
        "tickets",
        "t50",
        "solved_at",
        at("2025-01-08 09:00"),
        "before_start",
    ),
    _repaired(
        "a ticket closed before it was created",
        "tickets",
        "t50",
        "closed_at",
        at("2025-01-08 09:00"),
        "before_start",
    ),
    _repaired(
        "a change in the future", "tickets", "t50", "updated_at", at("2099-01-01 00:00"), "after_cutoff"
    ),
    _repaired(
        "a menu left before it was entered",
        "calls",
        "c50",
        "ivr_ended_at",
        at("2025-01-09 10:49"),
        "before_start",
    ),
    _repaired(
        "a queue entered after the answer",
        "calls",
        "c50",
        "queued_at",
        at("2025-01-09 10:51"),
        "after_answer",
        "The answer is the firmer fact.",
    ),
    _repaired(
        "a call answered before it began",
        "calls",
        "c50",
        "answered_at",
        at("2025-01-09 10:40"),
        "before_start",
    ),
    Fault(
        "a call answered after it had ended",
        put("calls", "c50", answered_at=at("2025-01-09 11:00")),
        rejects=(repaired("calls", "c50", "after_end", "answered_at", at("2025-01-09 11:00")),),
        changed={"calls/c50": {"answered_at": None}},
        facts={"select count(*) from core.fct_conversations where handle_seconds < 0 or wait_seconds < 0": 0},
        note="The talk is unknown, not negative.",
    ),
    Fault(
        "a queue entered after the caller had hung up",
        put(
            "calls",
            "c50",
            queued_at=at("2025-01-09 11:00"),
            answered_at=None,
            outcome="abandoned",
            resolved=None,
        ),
        rejects=(repaired("calls", "c50", "after_end", "queued_at", at("2025-01-09 11:00")),),
        changed={
            "calls/c50": {
                "queued_at": None,
                "answered_at": None,
                "call_outcome": "abandoned",
                "outcome_word": "abandoned",
                "is_stated_resolved": None,
            }
        },
        facts={"select count(*) from core.fct_conversations where wait_seconds < 0": 0},
    ),
    _repaired(
        "an agent who joined after the chat had ended",
        "chats",
        "h50",
        "agent_joined_at",
        at("2025-01-09 13:00"),
        "after_end",
    ),
    Fault(
        "a handover accepted before it was requested",
        put(
            "chats",
            "h50",
            handover_requested_at=at("2025-01-09 10:00:50"),
            handover_accepted_at=at("2025-01-09 10:00:45"),
        ),
        rejects=(
            repaired("chats", "h50", "before_start", "handover_accepted_at", at("2025-01-09 10:00:45")),
        ),
        changed={
            "chats/h50": {"handover_requested_at": at("2025-01-09 10:00:50"), "handover_accepted_at": None}
        },
        facts={"select count(*) from core.fct_handovers where queue_seconds < 0": 0},
    ),
    _repaired(
        "a survey answered before it was sent",
        "surveys",
        "s50",
        "responded_at",
        at("2025-01-08 09:00"),
        "before_start",
    ),
    _repaired(
        "a training finished before it was assigned",
        "agent_training",
        "a50|privacy",
        "completed_at",
        at("2024-09-01 09:00"),
        "before_start",
    ),
    _repaired(
        "an agent who left before they were hired",
        "agents",
        "a50",
        "left_at",
        at("2019-01-01 00:00"),
        "before_start",
    ),
    Fault(
        "a message over a quarter of an hour before its ticket",
        put("ticket_messages", "m101", sent_at=at("2025-01-09 08:44:59")),
        rejects=(refused("ticket_messages", "m101", "before_parent", "sent_at", at("2025-01-09 08:44:59")),),
        gone=("ticket_messages/m101",),
    ),
    Fault(
        "a message a quarter of an hour before its ticket",
        put("ticket_messages", "m101", sent_at=at("2025-01-09 08:45")),
        changed={"ticket_messages/m101": {"sent_at": at("2025-01-09 09:00")}},
        note="The ticket was made of it: it counts from the ticket's start.",
    ),
    Fault(
        "a shift longer than a day",
        put("agent_shifts", "w50", ended_at=at("2025-01-10 14:00")),
        changed={"agent_shifts/w50": {"ended_at": at("2025-01-10 14:00")}},
        facts={
            "select sum(shift_seconds) from core.fct_agent_days": OTHER_SHIFTS + 30 * 3600,
            "select max(shift_seconds) from core.fct_agent_days": 16 * 3600,
        },
        note="Cut at midnight.",
        to_the_end=True,
    ),
    Fault(
        "two shifts that overlap",
        add(
            "agent_shifts",
            shift_id="w999",
            agent_id="a1",
            started_at=at("2025-01-09 12:00"),
            ended_at=at("2025-01-09 20:00"),
        ),
        added=("agent_shifts/w999",),
        facts={"select sum(shift_seconds) from core.fct_agent_days": OTHER_SHIFTS + 12 * 3600},
        note="Each second counts once.",
    ),
    Fault(
        "a call without an end",
        put("calls", "c50", ended_at=None),
        changed={"calls/c50": {"ended_at": None}},
        note="An open call is no fault.",
        to_the_end=True,
    ),
    Fault(
        "a ticket whose last change is the only thing wrong in two ways",
        all_of(put("tickets", "t50", updated_at="1970-01-01T00:00:00Z", closed_at="later")),
        rejects=(
            repaired("tickets", "t50", "before_1990", "updated_at", at("1970-01-01 00:00")),
            repaired("tickets", "t50", "unparseable", "closed_at", "later"),
        ),
        changed={"tickets/t50": {"updated_at": None, "closed_at": None}},
        note="Each value has its own reject.",
    ),
)
