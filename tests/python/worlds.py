"""Hand-written landing folders, and questions to the warehouse that a run makes of them.

Instants are naive datetimes in UTC; lengths are seconds.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from runs import publish

Row = dict[str, Any]


def at(text: str) -> datetime:
    """The instant written as 2025-02-03 10:00 (UTC)."""
    return datetime.fromisoformat(text)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


class World:
    """Rows of landing tables; a contact without identity columns gets an e-mail address of its own."""

    def __init__(self) -> None:
        self.tables: defaultdict[str, list[Row]] = defaultdict(list)

    def add(self, table: str, **columns: Any) -> None:
        self.tables[table].append(columns)

    def call(self, call_id: str, started_at: datetime, ended_at: datetime | None = None, **more: Any) -> None:
        """A call answered after ten seconds, five minutes long unless told, resolved as stated."""
        self.add(
            "calls",
            call_id=call_id,
            **{
                **_who(call_id, more),
                "direction": "inbound",
                "topic": "invoice_question",
                "started_at": started_at,
                "queued_at": started_at,
                "answered_at": started_at + seconds(10),
                "ended_at": ended_at or started_at + seconds(300),
                "outcome": "answered",
                "resolved": True,
                "agent_id": "agent_1",
                **more,
            },
        )

    def abandoned_call(self, call_id: str, started_at: datetime, **more: Any) -> None:
        """A customer who hung up after a minute in the queue."""
        nobody = {"answered_at": None, "agent_id": None, "resolved": None, "outcome": "abandoned"}
        self.call(call_id, started_at, started_at + seconds(60), **{**nobody, **more})

    def ticket(self, ticket_id: str, created_at: datetime, **more: Any) -> None:
        """An e-mail, with the customer's message that opened it."""
        self.add(
            "tickets",
            ticket_id=ticket_id,
            **{
                **_who(ticket_id, more),
                "channel": "email",
                "topic": "invoice_question",
                "status": "open",
                "created_at": created_at,
                **more,
            },
        )
        self.message(ticket_id, created_at, "customer")

    def message(self, ticket_id: str, sent_at: datetime, sender_type: str, **more: Any) -> None:
        number = len(self.tables["ticket_messages"])
        self.add(
            "ticket_messages",
            message_id=f"m{number}",
            ticket_id=ticket_id,
            sent_at=sent_at,
            sender_type=sender_type,
            **{"sender_id": "agent_1" if sender_type == "agent" else None, **more},
        )

    def event(self, ticket_id: str, occurred_at: datetime, event_type: str, **more: Any) -> None:
        number = len(self.tables["ticket_events"])
        self.add(
            "ticket_events",
            event_id=f"e{number}",
            ticket_id=ticket_id,
            occurred_at=occurred_at,
            event_type=event_type,
            **{"actor_type": "agent", "actor_id": "agent_1", **more},
        )

    def status(self, ticket_id: str, occurred_at: datetime, old: str, new: str, **more: Any) -> None:
        self.event(ticket_id, occurred_at, "status_change", from_value=old, to_value=new, **more)

    def solved_ticket(
        self,
        ticket_id: str,
        created_at: datetime,
        replied_at: datetime,
        solved_at: datetime,
        last_solved_at: datetime | None = None,
        **more: Any,
    ) -> None:
        """An e-mail answered by a person, then solved; the landed solve is the last one."""
        last = last_solved_at or solved_at
        solved = {"status": "solved", "solved_at": last, "assigned_agent_id": "agent_1"}
        self.ticket(ticket_id, created_at, **{**solved, **more})
        self.message(ticket_id, replied_at, "agent")
        self.status(ticket_id, solved_at, "open", "solved")

    def chat(
        self, chat_id: str, started_at: datetime, turns: Iterable[tuple[float, str]], **more: Any
    ) -> None:
        """A chat with a bot; turns are (seconds after the start, sender), `bot?` = it did not understand."""
        turns = list(turns)
        self.add(
            "chats",
            chat_id=chat_id,
            **{
                **_who(chat_id, more),
                "channel": "web_chat",
                "topic": "invoice_question",
                "started_at": started_at,
                "ended_at": started_at + seconds(turns[-1][0] + 60),
                "end_reason": "customer_left",
                "bot_id": "bot_1",
                **more,
            },
        )
        for offset, sender in turns:
            self.add(
                "chat_messages",
                message_id=f"c{len(self.tables['chat_messages'])}",
                chat_id=chat_id,
                source_system=more.get("source_system"),
                sent_at=started_at + seconds(offset),
                sender_type=sender.rstrip("?"),
                sender_id={"agent": "agent_1", "bot": "bot_1", "bot?": "bot_1"}.get(sender),
                is_fallback=sender == "bot?",
            )

    def survey(
        self, survey_id: str, question: str, score: float | None, sent_at: datetime, **more: Any
    ) -> None:
        """An invitation answered after an hour; with score None it stays unanswered."""
        self.add(
            "surveys",
            survey_id=survey_id,
            **{
                **_who(survey_id, more),
                "question": question,
                "sent_at": sent_at,
                "responded_at": None if score is None else sent_at + hours(1),
                "score": score,
                **more,
            },
        )

    def write(self, folder: Path) -> Path:
        """Write one CSV file per table; returns the folder."""
        folder.mkdir(parents=True)
        for table, rows in self.tables.items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            with (folder / f"{table}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, columns)
                writer.writeheader()
                writer.writerows({column: _text(value) for column, value in row.items()} for row in rows)
        return folder


def _who(contact_id: str, columns: Row) -> Row:
    known = {"customer_id", "customer_email", "customer_phone"} & columns.keys()
    return {} if known else {"customer_email": f"{contact_id}@example.org"}


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


class Warehouse:
    """A published file, open for reading."""

    def __init__(self, file: Path) -> None:
        self._connection = duckdb.connect(file, read_only=True)

    def close(self) -> None:
        self._connection.close()

    def rows(self, sql: str, *parameters: Any) -> list[Row]:
        cursor = self._connection.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, sql: str, *parameters: Any) -> Row:
        """The only row of an answer."""
        (only,) = self.rows(sql, *parameters)
        return only

    def conversations(self, source_conversation_id: str) -> list[Row]:
        """What became of one landed contact, in order."""
        return self.rows(
            "from core.fct_conversations where source_conversation_id = ? order by conversation_seq",
            source_conversation_id,
        )

    def conversation(self, source_conversation_id: str) -> Row:
        """The only conversation of one landed contact."""
        (only,) = self.conversations(source_conversation_id)
        return only

    def kpi(self, kpi_id: str, grain: str, period_start: date | str, team: str | None = None) -> Row:
        """One KPI value: of a team, or of everything."""
        return self.row(
            "from marts.kpi_values where kpi_id = ? and grain = ? and period_start = cast(? as date)"
            " and slice = ? and team is not distinct from ?",
            kpi_id,
            grain,
            str(period_start),
            "team" if team else "all",
            team,
        )


def run_world(world: World, folder: Path, as_of: datetime) -> Warehouse:
    """Land the world in `folder`, run the product, open what it published."""
    landing = world.write(folder / "landing")
    return Warehouse(publish(landing, folder, "--as-of", as_of.isoformat()))
