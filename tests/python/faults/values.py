"""Numbers off their scale, words that nobody knows, money that does not add up."""

from typing import Any

from worlds import at

from faults.fault import Fault, all_of, copy, mapped, put, refused, repaired


def _score(name: str, landed: Any, **more: Any) -> Fault:
    """A score that is no point on its scale."""
    return Fault(
        name,
        put("surveys", "s50", score=landed, **more),
        rejects=(refused("surveys", "s50", "score_off_scale", "score", float(landed)),),
        gone=("surveys/s50",),
    )


def _unread_score(name: str, landed: str) -> Fault:
    """A score that is no number: an optional value."""
    return Fault(
        name,
        put("surveys", "s50", score=landed),
        rejects=(repaired("surveys", "s50", "unparseable", "score", landed),),
        changed={"surveys/s50": {"score": None}},
    )


def _value(name: str, table: str, key: str, column: str, landed: Any, rule: str = "out_of_range") -> Fault:
    """An optional value that becomes NULL."""
    return Fault(
        name,
        put(table, key, **{column: landed}),
        rejects=(repaired(table, key, rule, column, landed),),
        changed={f"{table}/{key}": {column: None}},
    )


def _word(
    name: str,
    table: str,
    key: str,
    column: str,
    word: str,
    ours: str | None = None,
    note: str = "",
    **more: Any,
) -> Fault:
    """A word that the seed does not know; `ours` is our name of the column, `more` what else changes."""
    return Fault(
        name,
        put(table, key, **{column: word}),
        rejects=(mapped(table, key, column, word),),
        changed={f"{table}/{key}": {ours or column: "other", **more}},
        note=note,
    )


FAULTS = (
    _score("a recommendation of 11", 11),
    _score("a recommendation of -1", -1),
    _score("a recommendation of 7.6", 7.6),
    _score("a satisfaction of 9 on the usual scale", 9, question="csat", scale_min=None, scale_max=None),
    _unread_score("a recommendation of NaN", "NaN"),
    _unread_score("an infinite recommendation", "inf"),
    _unread_score("a recommendation in words", "nine"),
    Fault(
        "a question that nobody knows",
        put("surveys", "s50", question="shoe_size"),
        rejects=(refused("surveys", "s50", "unknown_question", "question", "shoe_size"),),
        gone=("surveys/s50",),
    ),
    _value("a negative hold", "calls", "c50", "hold_seconds", -30.0),
    _value("work of negative length", "ticket_events", "e101", "work_seconds", -30.0),
    _value("a negative hourly cost", "agents", "a50", "hourly_cost", -1.0),
    _value("a break of negative length", "agent_shifts", "w50", "break_seconds", -1.0),
    _value("a break longer than its shift", "agent_shifts", "w50", "break_seconds", 36000.0),
    _value("a confidence above 1", "chat_messages", "c201", "intent_confidence", 1.7),
    _value("a sentiment below -1", "chat_messages", "c201", "sentiment", -3.0),
    _value("a comment of negative length", "surveys", "s50", "comment_length", -1),
    _value("an infinite hold", "calls", "c50", "hold_seconds", "inf", "unparseable"),
    _value("a decimal comma", "calls", "c50", "hold_seconds", "12,5", "unparseable"),
    _value("half a chat at once", "agents", "a50", "max_concurrent_chats", "2.5", "unparseable"),
    Fault(
        "a truth value of maybe",
        put("calls", "c50", resolved="maybe"),
        rejects=(repaired("calls", "c50", "unparseable", "resolved", "maybe"),),
        changed={"calls/c50": {"is_stated_resolved": None}},
    ),
    _word("an unknown channel", "tickets", "t50", "channel", "carrier_pigeon"),
    _word("an unknown status", "tickets", "t50", "status", "limbo", "ticket_status"),
    _word("an unknown priority", "tickets", "t50", "priority", "puce"),
    Fault(
        "an unknown outcome of a call that nobody answered",
        put("calls", "c50", outcome="evaporated", answered_at=None),
        rejects=(mapped("calls", "c50", "outcome", "evaporated"),),
        changed={
            "calls/c50": {
                "call_outcome": "unanswered",
                "outcome_word": "other",
                "answered_at": None,
                "is_outcome_stated": False,
            }
        },
        note="Nobody answered it, and nobody says why.",
    ),
    Fault(
        "an unknown outcome of a call with an instant of its answer",
        put("calls", "c50", outcome="evaporated"),
        rejects=(mapped("calls", "c50", "outcome", "evaporated"),),
        changed={"calls/c50": {"is_outcome_stated": False, "outcome_word": "other"}},
        note="It becomes `answered`: the instant says so.",
    ),
    _word("an unknown reason of a chat's end", "chats", "h50", "end_reason", "bored"),
    _word(
        "an unknown sender",
        "ticket_messages",
        "m101",
        "sender_type",
        "ghost",
        note="Who it was is not kept: it may be a customer.",
        sender_id=None,
    ),
    _word("an unknown event", "ticket_events", "e101", "event_type", "teleport"),
    Fault(
        "an unknown cost pool",
        put("costs", "2025-01|facilities|front", pool="coffee"),
        rejects=(mapped("costs", "2025-01|coffee", "pool", "coffee"),),
        gone=("costs/2025-01|facilities|front",),
        added=("costs/2025-01|coffee|front",),
        facts={"select sum(allocated_amount) from intermediate.int_cost_allocations": 112 * 100},
        note="Its money stays.",
    ),
    Fault(
        "known words in other letters",
        put("tickets", "t50", channel=" E-Mail ", status="SOLVED"),
        note="No fault: words are compared without case and blanks.",
    ),
    Fault(
        "a negative cost",
        put("costs", "2025-01|facilities|front", amount=-50),
        changed={"costs/2025-01|facilities|front": {"amount": -50}},
        facts={"select sum(allocated_amount) from intermediate.int_cost_allocations": 111 * 100 - 50},
        note="A credit: it lowers what its pool has to carry.",
        to_the_end=True,
    ),
    Fault(
        "an infinite cost",
        put("costs", "2025-01|facilities|front", amount="inf"),
        rejects=(refused("costs", "2025-01|facilities", "unparseable", "amount", "inf"),),
        gone=("costs/2025-01|facilities|front",),
    ),
    Fault(
        "a thirteenth month",
        put("costs", "2025-01|facilities|front", cost_month="2025-13"),
        rejects=(refused("costs", "2025-13|facilities", "unparseable", "cost_month", "2025-13"),),
        gone=("costs/2025-01|facilities|front",),
    ),
    Fault(
        "a cost of the future",
        put("costs", "2025-01|facilities|front", cost_month="2099-01"),
        rejects=(refused("costs", "2099-01|facilities", "after_cutoff", "cost_month", "2099-01-01"),),
        gone=("costs/2025-01|facilities|front",),
    ),
    Fault(
        "two currencies",
        put("costs", "2025-01|facilities|front", currency="USD"),
        changed={"costs/2025-01|facilities|front": {"currency": "USD"}},
        tests=("costs_are_in_one_currency",),
        to_the_end=True,
    ),
    Fault(
        "a topic that is SQL",
        put("calls", "c50", topic="'); drop table raw.calls; --"),
        changed={"calls/c50": {"topic": "'); drop table raw.calls; --"}},
        note="Text is text.",
        to_the_end=True,
    ),
    Fault(
        "more refused rows than the limit allows",
        all_of(*(put("calls", f"c{number}", started_at=None) for number in (50, 60, 70))),
        rejects=tuple(refused("calls", f"c{number}", "missing", "started_at") for number in (50, 60, 70)),
        gone=("calls/c50", "calls/c60", "calls/c70"),
        tests=("rejected_rows_stay_under_the_limit",),
    ),
    Fault(
        "two faults in one row",
        copy(
            "calls",
            "c50",
            call_id="c999",
            started_at="never",
            outcome="evaporated",
            hold_seconds="inf",
            ended_at=at("2099-01-01 00:00"),
        ),
        rejects=(refused("calls", "c999", "unparseable", "started_at", "never"),),
        note="A row is refused once, for its first broken rule.",
    ),
)
