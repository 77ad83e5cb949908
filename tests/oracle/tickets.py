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
    is_solved: bool
    actor: str | None


def ticket_conversations(ticket: Row, messages: list[Row], events: list[Row]) -> list[Conversation]:
    messages = sorted(messages, key=lambda message: (message["sent_at"], message["message_id"]))
    changes = _changes(ticket, events)
    starts = [ticket["created_at"], *_revivals(messages, changes)]
    ends = [*starts[1:], datetime.max]
    parts = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        parts.append(
            _part(
                ticket,
                number,
                start,
                [m for m in messages if _belongs(m["sent_at"], number, start, end)],
                _changes_of_part(changes, number, start, end),
                [e for e in events if _belongs(e["occurred_at"], number, start, end)],
                is_last=end == datetime.max,
            )
        )
    return parts


def _belongs(at: datetime, number: int, start: datetime, end: datetime) -> bool:
    return at < end and (number == 1 or at >= start)


def _changes_of_part(changes: list[Change], number: int, start: datetime, end: datetime) -> list[Change]:
    """A tool that reopens a moment before the message that revives belongs to the revival."""
    tolerance = timedelta() if end == datetime.max else REOPEN_TOLERANCE
    return [
        change
        for change in changes
        if _belongs(change.at, number, start, end) and (change.is_solved or change.at < end - tolerance)
    ]


def _changes(ticket: Row, events: list[Row]) -> list[Change]:
    """Solves and reopenings. Closing what is solved is no solve; without a log the landed instant is all that is known."""
    statuses = sorted(
        (e for e in events if e["event_type"] == "status_change"),
        key=lambda event: (event["occurred_at"], event["event_id"]),
    )
    changes: list[Change] = []
    is_solved = False
    for event in statuses:
        if (event["to_value"] in SOLVED) != is_solved:
            is_solved = not is_solved
            changes.append(Change(event["occurred_at"], is_solved, event.get("actor_type")))
    if not changes and (landed := ticket.get("solved_at") or ticket.get("closed_at")):
        changes.append(Change(landed, True, None))
    return changes


def _revivals(messages: list[Row], changes: list[Change]) -> list[datetime]:
    found = []
    for message in messages:
        at = message["sent_at"]
        if not is_customer_turn(message):
            continue
        solve = max((c.at for c in changes if c.is_solved and c.at <= at), default=None)
        if solve is None or at - solve <= REVIVAL_GAP or (found and found[-1] >= solve):
            continue
        if not any(solve <= c.at < at - REOPEN_TOLERANCE for c in changes if not c.is_solved):
            found.append(at)
    return found


def _part(
    ticket: Row,
    number: int,
    start: datetime,
    messages: list[Row],
    changes: list[Change],
    events: list[Row],
    is_last: bool,
) -> Conversation:
    replies = [m for m in messages if is_reply(m)]
    by_human = [m["sent_at"] for m in replies if m["sender_type"] == "agent"]
    public = [m["sent_at"] for m in messages if m.get("is_public") is not False]
    solves = [c.at for c in changes if c.is_solved]
    part = Conversation(
        system=system_of(ticket),
        kind="ticket",
        source_id=ticket["ticket_id"],
        number=number,
        started_at=start,
        ended_at=max([start, *public]),
        channel=ticket.get("channel"),
        topic=ticket.get("topic"),
        team=ticket.get("team"),
        identity=identity_of(ticket),
        responder=responder_of(any(m["sender_type"] == "bot" for m in replies), bool(by_human)),
        is_served=bool(replies),
        first_response_at=min((m["sent_at"] for m in replies), default=None),
        first_human_response_at=min(by_human, default=None),
        first_resolved_at=min(solves, default=None),
        is_resolved=bool(solves) and (not is_last or ticket["status"] in SOLVED),
        is_resolution_stated=bool(solves),
        is_escalated=any(e["event_type"] == "escalation" for e in events),
        is_reopened=_is_reopened(messages, replies, changes),
    )
    if part.is_resolved:
        part.resolved_at = part.ended_at = _lasting_solve(solves, replies, changes)
    part.exclusions = {ticket["status"]} & set(EXCLUDED)
    if ticket.get("merged_into_ticket_id"):
        part.exclusions.add("merged")
    if ticket.get("is_outbound"):
        part.exclusions.add("outbound")
    logs = [e for e in events if e["event_type"] == "work_logged" and e.get("work_seconds") is not None]
    part.work = [_work(ticket, event) for event in logs]
    part.handle_seconds = sum(stretch.seconds for stretch in part.work) if logs else None
    return part


def _lasting_solve(solves: list[datetime], replies: list[Row], changes: list[Change]) -> datetime:
    """The first solve at or after the last reply and the last reopening by an agent; a thank-you moves nothing."""
    work = [r["sent_at"] for r in replies] + [c.at for c in changes if not c.is_solved and c.actor == "agent"]
    return min((at for at in solves if at >= max(work, default=datetime.min)), default=max(solves))


def _is_reopened(messages: list[Row], replies: list[Row], changes: list[Change]) -> bool:
    """The customer brought it back, and it was not solved again without a reply."""
    solves = [c.at for c in changes if c.is_solved]
    for reopening in changes:
        if reopening.is_solved or not _is_by_customer(reopening, messages, solves):
            continue
        solved_again = min((at for at in solves if at > reopening.at), default=None)
        if solved_again is None:
            return True
        if any(reopening.at <= reply["sent_at"] <= solved_again for reply in replies):
            return True
    return False


def _is_by_customer(reopening: Change, messages: list[Row], solves: list[datetime]) -> bool:
    """He wrote since the solve of this part; where no messages land, the log says who it was."""
    solved_at = max((at for at in solves if at <= reopening.at), default=None)
    if solved_at is None:
        return False
    if not messages:
        return reopening.actor == "customer"
    return reopening.actor != "agent" and any(
        is_customer_turn(m) and solved_at < m["sent_at"] <= reopening.at + REOPEN_TOLERANCE for m in messages
    )


def _work(ticket: Row, event: Row) -> Work:
    agent = (system_of(ticket), event["actor_id"]) if event.get("actor_id") else None
    return Work(agent, event["occurred_at"] - timedelta(seconds=event["work_seconds"]), event["occurred_at"])
