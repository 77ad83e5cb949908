"""Landed rows as they are read: words in ours, days as days, nobody as nobody, bots by the roster."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from oracle.conversation import Row, system_of
from oracle.identity import without_nobody
from oracle.instants import Day, the_day_of
from oracle.nobody import REFERENCES, reference
from oracle.words import our_word

Landing = Mapping[str, list[Row]]
Bots = set[tuple[str, str]]

PARENT_TOLERANCE = timedelta(minutes=15)
VOCABULARIES = {
    "tickets": {"status": "ticket_status", "channel": "channel"},
    "ticket_messages": {"sender_type": "sender_type"},
    "ticket_events": {"event_type": "event_type", "actor_type": "sender_type"},
    "chats": {
        "channel": "channel",
        "end_reason": "chat_end_reason",
        "outcome": "chat_outcome",
        "handover_reason": "handover_reason",
    },
    "chat_messages": {"sender_type": "sender_type"},
    "calls": {"direction": "direction", "outcome": "call_outcome"},
    "surveys": {"conversation_type": "conversation_type"},
}
# What an instant comes after, where all that is known of it is its day.
FOLLOWS = {
    "solved_at": ("created_at",),
    "closed_at": ("created_at", "solved_at"),
    "queued_at": ("started_at",),
    "agent_joined_at": ("started_at", "queued_at"),
    "answered_at": ("started_at", "queued_at"),
    "ended_at": ("started_at", "queued_at", "agent_joined_at", "answered_at"),
}
# Whose child each row is, the parent's start, and the child's own instant.
PARENTS = {
    "ticket_messages": ("tickets", "ticket_id", "created_at", "sent_at"),
    "ticket_events": ("tickets", "ticket_id", "created_at", "occurred_at"),
    "chat_messages": ("chats", "chat_id", "started_at", "sent_at"),
}


def read(landing: Landing) -> Landing:
    tables = {table: _with_days(list(rows)) for table, rows in landing.items()}
    tables = {table: [_in_our_words(table, row) for row in rows] for table, rows in tables.items()}
    for table in PARENTS:
        tables[table] = _placed(tables, table)
    bots = {(system_of(row), row["agent_id"]) for row in tables.get("agents", []) if row.get("is_bot")}
    tables["tickets"] = [_assigned_to_whom(row, bots) for row in tables.get("tickets", [])]
    tables["ticket_events"] = [_done_by_whom(row, bots) for row in tables["ticket_events"]]
    for table in ("chat_messages", "ticket_messages"):
        tables[table] = [_sent_by_whom(row, bots) for row in tables[table]]
    tables["chats"] = [_held_by_whom(row, bots) for row in tables.get("chats", [])]
    tables["calls"] = [
        {**leg, "is_bot": (system_of(leg), leg.get("agent_id")) in bots} for leg in tables.get("calls", [])
    ]
    return tables


def _in_our_words(table: str, row: Row) -> Row:
    vocabularies = dict(VOCABULARIES.get(table, {}))
    if our_word("event_type", row.get("event_type")) == "status_change":
        vocabularies |= {"from_value": "ticket_status", "to_value": "ticket_status"}
    words = {name: our_word(of, row[name]) for name, of in vocabularies.items() if name in row}
    references = {name: reference(row[name]) for name in REFERENCES.get(table, []) if name in row}
    return without_nobody(row) | references | words


def _with_days(rows: list[Row]) -> list[Row]:
    """A column of a source system in which every instant is a midnight holds days (F16)."""
    values: defaultdict[tuple[str, str], list[datetime]] = defaultdict(list)
    for row in rows:
        for name, value in row.items():
            if isinstance(value, datetime):
                values[system_of(row), name].append(value)
    days = {column for column, instants in values.items() if all(at.time() == time() for at in instants)}

    def known(row: Row, name: str, value: Any) -> Any:
        is_day = isinstance(value, datetime) and (system_of(row), name) in days
        return the_day_of(value) if is_day else value

    return [_in_order({name: known(row, name, value) for name, value in row.items()}) for row in rows]


def _in_order(row: Row) -> Row:
    """What happened on one day is in order: it is read as of the last thing on it that it follows (F16)."""
    placed = dict(row)
    for name, earlier in FOLLOWS.items():
        if isinstance(day := row.get(name), Day):
            on_it = [at for of in earlier if (at := row.get(of)) and at.date() == day.date()]
            placed[name] = the_day_of(max([day, *on_it]))
    return placed


def _placed(tables: Landing, table: str) -> list[Row]:
    """What is dated a little before its parent is read as of its start; what is dated earlier is refused."""
    parent, key, start, instant = PARENTS[table]
    starts = {(system_of(row), row[key]): row[start] for row in tables.get(parent, [])}
    found = []
    # Of two that are read as of the same instant, the earlier stays the first.
    for row in sorted(tables.get(table, []), key=lambda row: row[instant]):
        started_at = starts.get((system_of(row), row[key]))
        if started_at is not None and _is_of(row[instant], started_at):
            at = max(row[instant], started_at)
            found.append({**row, instant: the_day_of(at) if isinstance(row[instant], Day) else at})
    return found


def _is_of(at: datetime, started_at: datetime) -> bool:
    is_on_its_day = isinstance(at, Day) and at.date() == started_at.date()
    return is_on_its_day or at >= started_at - PARENT_TOLERANCE


def _sent_by_whom(message: Row, bots: Bots) -> Row:
    """The roster decides who is a bot (F15)."""
    is_bot = message["sender_type"] == "agent" and (system_of(message), message.get("sender_id")) in bots
    return {**message, "sender_type": "bot"} if is_bot else message


def _done_by_whom(event: Row, bots: Bots) -> Row:
    is_bot = event.get("actor_type") in ("agent", None) and (system_of(event), event.get("actor_id")) in bots
    return {**event, "actor_type": "bot"} if is_bot else event


def _assigned_to_whom(ticket: Row, bots: Bots) -> Row:
    return {**ticket, "is_with_bot": (system_of(ticket), ticket.get("assigned_agent_id")) in bots}


def _held_by_whom(chat: Row, bots: Bots) -> Row:
    if (system_of(chat), chat.get("agent_id")) not in bots:
        return chat
    bot_id = chat.get("bot_id") or chat["agent_id"]
    return {**chat, "bot_id": bot_id, "agent_id": None, "agent_joined_at": None}
