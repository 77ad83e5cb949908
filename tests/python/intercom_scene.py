"""Conversations worked by hand, as two loaders land them: tables of history, and the API's own objects.

All begin on Monday 3 March 2025 at 10:00:00 UTC; times are seconds after that.
"""

import csv
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2025, 3, 3, 10, tzinfo=UTC)
# A teammate, the bot among the teammates, a team.
ANNA, OPERATOR, TEAM = "101", "900", "5"


@dataclass(frozen=True)
class Part:
    """What happened `at` a second; `text`: a text came with it; `to`: whom it was assigned to, (type, id)."""

    at: int
    kind: str
    author: tuple[str, str]
    text: bool = False
    to: tuple[str, str] | None = None
    state: str | None = None


@dataclass(frozen=True)
class Conversation:
    """A conversation; `stats` and `ai` are what the tool says of it; `lost`: its parts did not land."""

    id: str
    parts: tuple[Part, ...] = ()
    source: str = "conversation"
    begun: str = "customer_initiated"
    author: tuple[str, str] = ("user", "u1")
    state: str = "closed"
    admin: str = "0"
    rating: int | None = None
    stats: dict = field(default_factory=dict)
    ai: dict | None = None
    ticket: dict | None = None
    lost: bool = False


ME, CUSTOMER, BOT = ("admin", ANNA), ("user", "u1"), ("bot", OPERATOR)
# The bot writes as an admin as well.
BOT_AS_ADMIN = ("admin", OPERATOR)


def says(at: int, who: tuple[str, str]) -> Part:
    return Part(at, "comment", who, text=True)


def closes(at: int, who: tuple[str, str] = ME, text: bool = False) -> Part:
    return Part(at, "close", who, text=text)


def assigns(at: int, who: tuple[str, str], to: tuple[str, str]) -> Part:
    return Part(at, "assignment", who, to=to)


SCENE = [
    Conversation("1", (says(120, ME), closes(600)), admin=ANNA, rating=5),
    Conversation("2", (Part(60, "note", ME, text=True), says(300, ME), closes(600)), author=("lead", "u1")),
    Conversation("3", (closes(240, text=True),), author=("user", "u3")),
    Conversation(
        "4",
        (says(3, BOT), says(4, BOT_AS_ADMIN), says(1800, ME), closes(2000)),
        author=("user", "u4"),
    ),
    Conversation(
        "5",
        (
            says(5, BOT),
            says(60, ("user", "u5")),
            says(65, BOT),
            assigns(120, BOT, ("team", TEAM)),
            says(360, ME),
            closes(1200),
        ),
        author=("user", "u5"),
    ),
    Conversation(
        "6",
        (says(4, BOT), Part(1500, "user_became_idle", BOT), closes(1800, BOT)),
        author=("user", "u6"),
        ai={
            "resolution_state": "assumed_resolution",
            "last_answer_type": "ai_answer",
            "source_type": "workflow",
        },
    ),
    Conversation(
        "7",
        (says(4, BOT), says(60, ("user", "u7")), closes(61, BOT)),
        author=("user", "u7"),
        ai={
            "resolution_state": "confirmed_resolution",
            "last_answer_type": "ai_answer",
            "source_type": "workflow",
            "rating": 4,
        },
    ),
    Conversation("8", begun="automated", author=ME, state="open", stats={"count_reopens": 0}),
    Conversation(
        "9", (says(7200, ("user", "u9")), says(7500, ME), closes(7600)), begun="admin_initiated", author=ME
    ),
    Conversation(
        "10",
        (says(3600, ME), closes(3630), says(7200, ("user", "u10")), closes(7500)),
        source="email",
        author=("user", "u10"),
    ),
    Conversation(
        "11",
        (
            says(1800, ME),
            Part(1860, "snoozed", ME),
            says(14400, ("user", "u11")),
            says(15600, ME),
            closes(15601),
        ),
        source="email",
        author=("user", "u11"),
    ),
    Conversation(
        "12",
        (
            Part(600, "ticket_state_updated_by_admin", ME, state="in_progress"),
            says(900, ME),
            Part(5400, "ticket_state_updated_by_admin", ME, state="resolved"),
        ),
        author=("user", "u12"),
        state="open",
        ticket={"category": "Customer", "ticket_state": "resolved"},
    ),
    Conversation(
        "13",
        author=("user", "u13"),
        admin=ANNA,
        stats={"count_conversation_parts": 4, "first_admin_reply_at": 180, "last_close_at": 600},
        lost=True,
    ),
    Conversation(
        "14", author=("user", "u14"), state="open", stats={"count_conversation_parts": 4}, lost=True
    ),
    Conversation("15", source="phone_call", author=("user", "u15")),
    Conversation("16", (assigns(2, BOT, ("team", TEAM)),), author=("user", "u16"), state="open"),
    Conversation("17", state="open", author=ME, ticket={"category": "Tracker", "ticket_state": "submitted"}),
]
CALL = {"id": "77", "conversation_id": "15", "admin_id": ANNA, "contact_id": "u15", "direction": "inbound"}
CALL_TIMES = {"initiated_at": 0, "answered_at": 30, "ended_at": 330}


def _iso(at: int) -> str:
    return (START + timedelta(seconds=at)).strftime("%Y-%m-%d %H:%M:%S")


def _epoch(at: int) -> int:
    return int(START.timestamp()) + at


def _stats(stats: dict, time) -> dict:
    return {key: time(value) if key.endswith("_at") else value for key, value in stats.items()}


def _last(conversation: Conversation) -> int:
    return max((part.at for part in conversation.parts), default=0)


def _csv(folder: Path, table: str, rows: list[dict]) -> None:
    names = list(dict.fromkeys(key for row in rows for key in row))
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def _json(folder: Path, table: str, rows: list[dict]) -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / f"{table}.jsonl").write_text(text, encoding="utf-8")


def write_histories(folder: Path) -> None:
    """Tables with versions, as Fivetran lands them; one version of each is no more in force."""
    folder.mkdir()
    conversations, parts, tickets, contacts = [], [], [], []
    for each in SCENE:
        row = {
            "id": each.id,
            "created_at": _iso(0),
            "updated_at": _iso(_last(each)),
            "state": each.state,
            "assignee_id": each.admin,
            "source_type": each.source,
            "source_delivered_as": each.begun,
            "source_author_type": each.author[0],
            "source_author_id": each.author[1],
            "conversation_rating_value": each.rating,
            "ai_agent_participated": each.ai is not None,
            **{f"ai_agent_{key}": value for key, value in (each.ai or {}).items()},
            **{f"statistics_{key}": value for key, value in _stats(each.stats, _iso).items()},
            "_fivetran_start": _iso(_last(each)),
            "_fivetran_active": "true",
            "source_body": "the words of a customer",
        }
        old = {**row, "state": "open", "_fivetran_start": _iso(0), "_fivetran_active": "false"}
        conversations += [old, row]
        if each.ticket:
            tickets.append({"id": each.id, "created_at": _iso(0), "_fivetran_active": "true", **each.ticket})
        if each.author[0] != "admin":
            contacts.append({"conversation_id": each.id, "contact_id": each.author[1]})
        for at, part in enumerate(() if each.lost else each.parts):
            parts.append(
                {
                    "id": f"{each.id}{at:03}",
                    "conversation_id": each.id,
                    "part_type": part.kind,
                    "body": "words" if part.text else "",
                    "author_type": part.author[0],
                    "author_id": part.author[1],
                    "assigned_to_type": part.to and part.to[0],
                    "assigned_to_id": part.to and part.to[1],
                    "ticket_state": part.state,
                    "created_at": _iso(part.at),
                    "_fivetran_active": "true",
                }
            )
    _csv(folder, "conversation_history", conversations)
    _csv(folder, "conversation_part_history", parts)
    _csv(folder, "ticket_history", tickets)
    _csv(folder, "conversation_contact_history", contacts)
    _csv(folder, "admin", [{"id": ANNA, "name": "Anna"}, {"id": OPERATOR, "name": "Operator"}])
    _csv(folder, "team", [{"id": TEAM, "name": "Tier 1"}])
    _csv(folder, "call", [{**CALL, **{key: _iso(at) for key, at in CALL_TIMES.items()}}])


def write_objects(folder: Path) -> None:
    """The API's objects, as Airbyte lands them: ids as text and numbers, epoch seconds, parts twice."""
    folder.mkdir()
    conversations, parts, tickets = [], [], []
    for each in SCENE:
        kind, author = each.author
        conversations.append(
            {
                "id": each.id,
                "created_at": _epoch(0),
                "updated_at": _epoch(_last(each)),
                "state": each.state,
                "admin_assignee_id": int(each.admin),
                "source": {
                    "type": each.source,
                    "delivered_as": each.begun,
                    "body": "the words of a customer",
                    "author": {"type": kind, "id": author, "name": "somebody"},
                },
                "conversation_rating": {"rating": each.rating} if each.rating else None,
                "ai_agent_participated": each.ai is not None,
                "ai_agent": each.ai,
                "statistics": _stats(each.stats, _epoch) or None,
            }
        )
        if each.ticket:
            tickets.append({"id": each.id, "created_at": _epoch(0), "admin_assignee_id": "0", **each.ticket})
        for at, part in enumerate(() if each.lost else each.parts):
            row = {
                "id": f"{each.id}{at:03}",
                "conversation_id": int(each.id),
                "part_type": part.kind,
                "body": "words" if part.text else None,
                "author": {"type": part.author[0], "id": part.author[1], "name": "somebody"},
                "assigned_to": part.to and {"type": part.to[0], "id": part.to[1]},
                "ticket_state": part.state,
                "created_at": _epoch(part.at),
            }
            parts += [row, row]
    _json(folder, "conversations", conversations)
    _json(folder, "conversation_parts", parts)
    _json(folder, "tickets", tickets)
    _json(folder, "admins", [{"id": int(ANNA), "name": "Anna"}, {"id": int(OPERATOR), "name": "Operator"}])
    _json(folder, "teams", [{"id": int(TEAM), "name": "Tier 1"}])
    _json(folder, "calls", [{**CALL, **{key: _epoch(at) for key, at in CALL_TIMES.items()}}])
