"""Tickets to conversations: a customer's message more than a day after the solve begins another one (F1)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from oracle.conversation import (
    Conversation,
    Row,
    Spell,
    Work,
    identity_of,
    is_customer_turn,
    is_public_word,
    is_reply,
    responder_of,
    system_of,
)
from oracle.instants import LONGEST_WORK
from oracle.words import UNKNOWN

REVIVAL_GAP = timedelta(hours=24)
# Tools reopen a ticket themselves at the customer's message, sometimes a moment before it.
REOPEN_TOLERANCE = timedelta(seconds=60)
# Who opens a ticket with a message of ours sends it with the ticket (F15).
OPENING_TOLERANCE = timedelta(seconds=2)
SOLVED = ("solved", "closed")
EXCLUDED = ("spam", "deleted", "test")


@dataclass(frozen=True)
class Tool:
    """What the source system lands of its tickets."""

    lands_messages: bool = False
    lands_customers_messages: bool = False
    lands_changes: bool = False


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
    ends_at: datetime | None
    written: list[Row]
    messages: list[Row]
    events: list[Row]
    changes: list[Change]
    is_told: bool
    has_log: bool
    openings: list[Row] = field(default_factory=list)
    # The company opened the ticket: from when on a reply answers something, and the customer waits.
    is_unasked_until: datetime = datetime.min
    asked_at: datetime | None = None

    @property
    def is_last(self) -> bool:
        return self.ends_at is None

    @property
    def solves(self) -> list[datetime]:
        return [change.at for change in self.changes if change.is_solve]

    @property
    def words(self) -> list[datetime]:
        """When the customer wrote."""
        return [message["sent_at"] for message in self.messages if is_customer_turn(message)]

    @property
    def replies(self) -> list[Row]:
        return [m for m in self.messages if is_reply(m) and m["sent_at"] >= self.is_unasked_until]

    @property
    def replied_at(self) -> list[datetime]:
        return [reply["sent_at"] for reply in self.replies]


def ticket_conversations(
    ticket: Row, messages: list[Row], events: list[Row], tool: Tool
) -> list[Conversation]:
    messages = sorted(messages, key=lambda message: message["sent_at"])
    # One word of nobody known hides who said what.
    is_readable = not any(m["sender_type"] == UNKNOWN and is_public_word(m) for m in messages)
    changes = _changes(ticket, events)
    starts = [ticket["created_at"], *_revivals(messages, changes)]
    parts = []
    for number, start in enumerate(starts, 1):
        end = starts[number] if number < len(starts) else None

        def is_inside(
            at: datetime, number: int = number, start: datetime = start, end: datetime | None = end
        ) -> bool:
            return (end is None or at < end) and (number == 1 or at >= start)

        inside = [m for m in messages if is_inside(m["sent_at"])]
        part = Part(
            number,
            start,
            end,
            inside,
            inside if is_readable else [],
            [e for e in events if is_inside(e["occurred_at"])],
            [c for c in changes if is_inside(c.at)],
            tool.lands_messages and is_readable,
            tool.lands_changes,
        )
        parts.append(part)
    if tool.lands_customers_messages and is_readable:
        _begin(parts, ticket)
    is_outbound = _is_outbound(ticket, parts[0])
    found = [_conversation(ticket, part, is_outbound, events) for part in parts]
    for one, revival in pairwise(found):
        one.revival = revival
    return found


def _begin(parts: list[Part], ticket: Row) -> None:
    """A message of ours that came with the ticket answers nothing, nor any before the customer's first."""
    first = parts[0]
    word = min((at for part in parts for at in part.words), default=None)
    first.openings = [
        m
        for m in first.messages
        if is_reply(m)
        and m["sent_at"] <= first.started_at + OPENING_TOLERANCE
        and (word is None or m["sent_at"] < word)
    ]
    if first.openings:
        for part in parts:
            part.is_unasked_until = word or datetime.max
        if ticket.get("is_outbound") is False:
            first.asked_at = word


def _is_outbound(ticket: Row, first: Part) -> bool:
    landed = ticket.get("is_outbound")
    return bool(first.openings) if landed is None else landed


def _status_changes(events: list[Row]) -> list[Row]:
    return [event for event in events if event["event_type"] == "status_change"]


def _changes(ticket: Row, events: list[Row]) -> list[Change]:
    """Solves and reopenings: closing what is solved is none. Without a log the landed solve is all.

    A status that nobody knows changes nothing; the landed solve beside it may say what it meant.
    """
    known = [event for event in _status_changes(events) if event.get("to_value") != UNKNOWN]
    changes: list[Change] = []
    is_solved = False
    for event in sorted(known, key=lambda event: event["occurred_at"]):
        before = event.get("from_value")
        was_solved = before in SOLVED if before not in (None, UNKNOWN) else is_solved
        is_solved = event["to_value"] in SOLVED
        if is_solved != was_solved:
            changes.append(Change(event["occurred_at"], is_solved, event.get("actor_type")))
    solves = [at for name in ("solved_at", "closed_at") if (at := ticket.get(name))]
    if solves and ticket.get("status") in (None, UNKNOWN, *SOLVED):
        if not changes:
            changes.append(Change(solves[0], True))
        elif not changes[-1].is_solve and max(solves) > changes[-1].at:
            changes.append(Change(max(solves), True))
    return changes


def _revivals(messages: list[Row], changes: list[Change]) -> list[datetime]:
    """Of every solve that rested for more than a day: the customer's first word, or their own reopening."""
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


def _conversation(ticket: Row, part: Part, is_outbound: bool, events: list[Row]) -> Conversation:
    by_human = [r["sent_at"] for r in part.replies if r["sender_type"] == "agent"]
    has_bot, has_human = len(by_human) < len(part.replies), bool(by_human)
    if not part.is_told:
        is_solved = bool(part.solves) or bool(_is_resolved(ticket, part))
        by_agent = any(e.get("actor_type") == "agent" for e in part.events)
        by_bot = any(_is_bots_work(event) for event in part.events)
        is_with_bot = ticket.get("is_with_bot", False)
        has_human = by_agent or (is_solved and not by_bot and not is_with_bot)
        has_bot = by_bot or (is_solved and not by_agent and is_with_bot)
    public = [m["sent_at"] for m in part.written if m.get("is_public") is not False]
    logs = [e for e in part.events if e["event_type"] == "work_logged" and _is_of_work(e.get("work_seconds"))]
    logs = [event for event in logs if event.get("actor_type") != "bot"]
    reopened_at = _reopened_at(part)
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
        asked_at=part.asked_at,
        first_response_at=min(part.replied_at, default=None),
        first_human_response_at=min(by_human, default=None),
        is_response_hidden=not part.is_told,
        first_resolved_at=min(part.solves, default=None),
        is_resolved=_is_resolved(ticket, part),
        is_escalated=any(e["event_type"] == "escalation" for e in part.events),
        is_reopened=True if reopened_at else _is_reopened_by_unknown(part),
        reopened_at=reopened_at,
        exclusions={ticket.get("status")} & set(EXCLUDED) | ({"outbound"} if is_outbound else set()),
        work=[_work(ticket, event) for event in logs],
        handle_seconds=sum(event["work_seconds"] for event in logs) if logs else None,
        open_spells=_open_spells(part),
    )
    if one.is_resolved:
        one.is_resolution_stated = True
    if one.is_resolved and not part.solves:
        # Solved nobody knows when: nor how long it stood open.
        one.open_spells = []
    elif one.is_resolved:
        one.resolved_at = one.ended_at = _lasting_solve(part)
    return one


def _is_of_work(seconds: float | None) -> bool:
    return seconds is not None and seconds <= LONGEST_WORK


def _is_resolved(ticket: Row, part: Part) -> bool | None:
    """None where a word that nobody knows is all that would say it (F10)."""
    if not part.is_last:
        return bool(part.solves)
    if part.changes:
        return part.changes[-1].is_solve
    return None if ticket.get("status") == UNKNOWN else part.number == 1 and ticket.get("status") == "solved"


def _open_spells(part: Part) -> list[Spell]:
    """From creation or reopening to the next solve, or until another conversation goes on."""
    spells: list[Spell] = []
    opened_at: datetime | None = part.started_at
    for change in part.changes:
        if change.is_solve and opened_at is not None:
            spells.append((opened_at, change.at))
        opened_at = None if change.is_solve else opened_at or change.at
    return spells if opened_at is None else [*spells, (opened_at, part.ends_at)]


def _lasting_solve(part: Part) -> datetime:
    """The first solve after the last reply and the last reopening by an agent: a thank-you moves nothing."""
    if not part.messages:
        return max(part.solves)
    reopened_at = [c.at for c in part.changes if not c.is_solve and c.actor == "agent"]
    worked_at = max([*part.replied_at, *reopened_at], default=datetime.min)
    return min((at for at in part.solves if at >= worked_at), default=max(part.solves))


def _reopened_at(part: Part) -> datetime | None:
    if not part.solves:
        return None
    return _came_back_at(part) if part.is_told else _reopened_by_log_at(part)


def _came_back_at(part: Part) -> datetime | None:
    """The customer came back after the solve, and was answered or still waits; else it was a thank-you."""
    words = [at for at in part.words if at > part.solves[0]]
    is_open = part.is_last and not part.changes[-1].is_solve
    needed_an_answer = bool(words) and (is_open or any(at > words[0] for at in part.replied_at))
    return words[0] if needed_an_answer else None


def _reopened_by_log_at(part: Part) -> datetime | None:
    """Without messages only the customer's own reopening counts, if it did not begin a conversation."""
    solved_at = None
    for change in part.changes:
        if change.is_solve:
            solved_at = change.at
        elif change.actor == "customer" and solved_at and change.at <= solved_at + REVIVAL_GAP:
            return change.at
    return None


def _is_reopened_by_unknown(part: Part) -> bool | None:
    """None where no message tells, and no log, or it does not say who it was (F10)."""
    if part.is_told:
        return False
    if not part.has_log:
        return None
    unknown = [c for c in part.changes if not c.is_solve and c.actor in (None, UNKNOWN)]
    return None if any(part.solves and c.at > part.solves[0] for c in unknown) else False


def _is_bots_work(event: Row) -> bool:
    return event.get("actor_type") == "bot" and event["event_type"] in ("status_change", "work_logged")


def _work(ticket: Row, event: Row) -> Work:
    agent = (system_of(ticket), event["actor_id"]) if event.get("actor_id") else None
    return Work(agent, event["occurred_at"] - timedelta(seconds=event["work_seconds"]), event["occurred_at"])
