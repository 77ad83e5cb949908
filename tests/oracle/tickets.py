"""Tickets to conversations: a customer's message more than a day after the solve begins another one (F1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from oracle.conversation import (
    Conversation,
    Row,
    Work,
    identity_of,
    is_customer_turn,
    is_reply,
    responder_of,
    system_of,
)

REVIVAL_GAP = timedelta(hours=24)
# Tools reopen a ticket themselves at the customer's message, sometimes a moment before it.
REOPEN_TOLERANCE = timedelta(seconds=60)
SOLVED = ("solved", "closed")
EXCLUDED = ("spam", "deleted", "test")


@dataclass
class Change:
    """The ticket became solved, or open again."""

    at: datetime
    is_solve: bool
    actor: str | None = None


@dataclass
class Part:
    """What belongs to one conversation of a ticket."""

    number: int
    started_at: datetime
    is_last: bool
    messages: list[Row]
    events: list[Row]
    changes: list[Change]

    @property
    def solves(self) -> list[datetime]:
        return [change.at for change in self.changes if change.is_solve]

    @property
    def replies(self) -> list[Row]:
        return [message for message in self.messages if is_reply(message)]

    @property
    def replied_at(self) -> list[datetime]:
        return [reply["sent_at"] for reply in self.replies]


def ticket_conversations(
    ticket: Row, messages: list[Row], events: list[Row], tool_lands_messages: bool
) -> list[Conversation]:
    messages = sorted(messages, key=lambda message: message["sent_at"])
    changes = _changes(ticket, events)
    starts = [ticket["created_at"], *_revivals(messages, changes)]
    found = []
    for number, start in enumerate(starts, 1):
        end = starts[number] if number < len(starts) else datetime.max

        def is_inside(
            at: datetime, number: int = number, start: datetime = start, end: datetime = end
        ) -> bool:
            return at < end and (number == 1 or at >= start)

        part = Part(
            number,
            start,
            number == len(starts),
            [m for m in messages if is_inside(m["sent_at"])],
            [e for e in events if is_inside(e["occurred_at"])],
            [c for c in changes if is_inside(c.at)],
        )
        found.append(_conversation(ticket, part, tool_lands_messages))
    return found


def _changes(ticket: Row, events: list[Row]) -> list[Change]:
    """Solves and reopenings: closing what is solved is none. Without a log the landed solve is all."""
    log = [event for event in events if event["event_type"] == "status_change"]
    changes: list[Change] = []
    is_solved = False
    for event in sorted(log, key=lambda event: event["occurred_at"]):
        if (event["to_value"] in SOLVED) != is_solved:
            is_solved = not is_solved
            changes.append(Change(event["occurred_at"], is_solved, event.get("actor_type")))
    landed = ticket.get("solved_at") or ticket.get("closed_at")
    return changes or ([Change(landed, True)] if landed else [])


def _revivals(messages: list[Row], changes: list[Change]) -> list[datetime]:
    """Of every solve that rested for more than a day: the customer's first word, or his own reopening."""
    found = []
    for number, solve in enumerate(changes):
        if not solve.is_solve:
            continue
        reopening = changes[number + 1] if number + 1 < len(changes) else None
        last_chance = reopening.at + REOPEN_TOLERANCE if reopening else datetime.max
        words = [
            m["sent_at"] for m in messages if is_customer_turn(m) and solve.at < m["sent_at"] <= last_chance
        ]
        rested = [at for at in words if at > solve.at + REVIVAL_GAP]
        if rested:
            found.append(min(rested))
        elif reopening and reopening.actor == "customer" and reopening.at > solve.at + REVIVAL_GAP:
            found.append(reopening.at)
    return found


def _conversation(ticket: Row, part: Part, tool_lands_messages: bool) -> Conversation:
    by_human = [r["sent_at"] for r in part.replies if r["sender_type"] == "agent"]
    has_bot, has_human = len(by_human) < len(part.replies), bool(by_human)
    if not tool_lands_messages:
        has_human = bool(part.solves) or any(e.get("actor_type") == "agent" for e in part.events)
    public = [m["sent_at"] for m in part.messages if m.get("is_public") is not False]
    logs = [e for e in part.events if e["event_type"] == "work_logged" and e.get("work_seconds") is not None]
    one = Conversation(
        system=system_of(ticket),
        kind="ticket",
        source_id=ticket["ticket_id"],
        number=part.number,
        started_at=part.started_at,
        ended_at=max([part.started_at, *public]),
        channel=ticket.get("channel"),
        topic=ticket.get("topic"),
        team=ticket.get("team"),
        identity=identity_of(ticket),
        responder=responder_of(has_bot, has_human),
        is_served=has_bot or has_human,
        first_response_at=min(part.replied_at, default=None),
        first_human_response_at=min(by_human, default=None),
        first_resolved_at=min(part.solves, default=None),
        is_resolved=bool(part.solves) and (not part.is_last or ticket["status"] in SOLVED),
        is_resolution_stated=bool(part.solves),
        is_escalated=any(e["event_type"] == "escalation" for e in part.events),
        is_reopened=_is_reopened(part) if tool_lands_messages else _is_reopened_by_log(part),
        exclusions={ticket["status"]} & set(EXCLUDED)
        | ({"outbound"} if ticket.get("is_outbound") else set()),
        work=[_work(ticket, event) for event in logs],
        handle_seconds=sum(event["work_seconds"] for event in logs) if logs else None,
    )
    if one.is_resolved:
        one.resolved_at = one.ended_at = _lasting_solve(part)
    return one


def _lasting_solve(part: Part) -> datetime:
    """The first solve after the last reply and the last reopening by an agent: a thank-you moves nothing."""
    if not part.messages:
        return max(part.solves)
    reopened_at = [c.at for c in part.changes if not c.is_solve and c.actor == "agent"]
    worked_at = max([*part.replied_at, *reopened_at], default=datetime.min)
    return min((at for at in part.solves if at >= worked_at), default=max(part.solves))


def _is_reopened(part: Part) -> bool:
    """The customer came back after the solve, and was answered or still waits; else it was a thank-you."""
    if not part.solves:
        return False
    words = [m["sent_at"] for m in part.messages if is_customer_turn(m) and m["sent_at"] > part.solves[0]]
    is_open = part.is_last and not part.changes[-1].is_solve
    return bool(words) and (is_open or any(at > words[0] for at in part.replied_at))


def _is_reopened_by_log(part: Part) -> bool:
    """Where no messages land, only the customer's own reopening counts."""
    return any(
        not c.is_solve and c.actor == "customer" and part.solves and c.at > part.solves[0]
        for c in part.changes
    )


def _work(ticket: Row, event: Row) -> Work:
    agent = (system_of(ticket), event["actor_id"]) if event.get("actor_id") else None
    return Work(agent, event["occurred_at"] - timedelta(seconds=event["work_seconds"]), event["occurred_at"])
