"""What tools do to a landing besides their words, and what must hold of the KPIs all the same.

A habit changes no KPI, but for those whose names begin with a word of two lists. `may_lose`: it may have no
value, with the reason, or rest on fewer observations, with as many more left out. `moves`: it is another
number by its definition, and what the run says of the habit (`said`) says so.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongues import Form, Landing
from worlds import Row

from service_kpis.load.contract import landing_tables

PEOPLE = ("agent_id", "sender_id", "actor_id", "assigned_agent_id")
IDS = (
    *("ticket_id", "chat_id", "call_id", "root_call_id", "message_id", "event_id", "survey_id", "session_id"),
    *("merged_into_ticket_id", "follow_up_of_ticket_id", "conversation_id"),
)
NOBODY = {
    "customer_id": [
        "NULL",
        "None",
        "unknown",
        "0",
        "-1",
        "N/A",
        "nan",
        "00000000-0000-0000-0000-000000000000",
    ],
    "customer_email": ["N/A", "unknown", "null", "None", "-", "anonymous"],
    "customer_phone": [
        *("anonymous", "restricted", "unknown", "Private", "withheld", "unavailable"),
        *("0000000000", "+266696687", "4.49771E+11", "+"),
    ],
}
NOTHING = ["NULL", "None", "N/A", "nan", "\\N", "-", "#N/A", " null ", "undefined", "<NA>"]
NAMES = [
    "Anna Kowalski",
    "Müller-Lüdenscheidt, Jürgen",
    "María José García",
    "Łukasz O'Neil",
    "Ольга Иванова",
]

# What divides work, or divides by it.
WORK = [
    "cost_",
    "labour_cost_",
    "automation_",
    "saving_per_",
    "occupancy",
    "agent_utilisation_",
    "chat_capacity_",
]
PER_AGENT = ["conversations_per_", "owned_conversations_per_", "customers_per_", "concurrency_"]
HANDLED = ["handle_time_", "talk_time_", "hold_time_", "wrap_time_", "allocated_handle_"]
RESOLVED = ["resolution_time_", "first_resolution_time_", "human_resolution_time_"]
# What is counted from the end of a contact: whoever came back in time, and what that makes of it.
SINCE_THE_END = [
    *("fcr_", "repeat_", "time_to_repeat_", "contacts_per_issue", "customer_actions_", "cost_per_"),
    *("containment_", "false_containment_", "bot_resolution_", "automation_", "saving_per_"),
]
# Only of teams with so many at work.
OF_TEAMS = ["agent_turnover", "shrinkage_rate"]


@dataclass(frozen=True)
class Habit:
    """What a tool does, and what may come of it; `adds` rows that are excluded from every KPI."""

    change: Callable[[Landing], None]
    said: tuple[str, ...] = ()
    may_lose: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    adds: bool = False


def habit(
    *said: str, may_lose: list[str] | None = None, moves: list[str] | None = None, adds: bool = False
) -> Callable[[Callable[[Landing], None]], Habit]:
    """Make a habit of a function that changes a landing."""
    return lambda change: Habit(change, said, tuple(may_lose or ()), tuple(moves or ()), adds)


def _rows(landing: Landing, *tables: str) -> Iterator[Row]:
    for table in tables or landing:
        yield from landing[table]


def _fill(rows: list[Row], words: dict[str, list[str]]) -> None:
    for number, row in enumerate(rows):
        for column in words.keys() & row.keys():
            if row[column] is None:
                row[column] = words[column][number % len(words[column])]


@habit("calls.customer_phone: 36 rows hold what names nobody", "chats.customer_id: 64 rows hold what")
def anonymous_callers(landing: Landing) -> None:
    """Withheld numbers and unknown customers land as words: they name nobody."""
    for rows in landing.values():
        _fill(rows, NOBODY)


@habit()
def words_for_nothing(landing: Landing) -> None:
    """Exports write NULL, None or N/A where nothing stands."""
    for table in landing_tables().values():
        columns = [c.name for c in table.columns if c.type == "varchar" and not c.is_personal]
        _fill(landing[table.name], dict.fromkeys(columns, NOTHING))


@habit()
def ids_of_a_data_frame(landing: Landing) -> None:
    """Whole-number ids became floats in some columns, and stayed whole numbers in others."""
    for table, rows in landing.items():
        for row in rows:
            for column in IDS:
                if row.get(column) is not None:
                    is_whole = (table, column) in (
                        ("ticket_messages", "ticket_id"),
                        ("calls", "root_call_id"),
                    )
                    row[column] = _number(row[column], 100_000) + ("" if is_whole else ".0")
            if row.get("customer_id"):
                # Customer 0 would be nobody.
                row["customer_id"] = _number(row["customer_id"], 1) + ("" if table == "chats" else ".0")
            for column in PEOPLE:
                if _is_person(row.get(column)):
                    row[column] = _number(row[column]) + (".0" if table in ("tickets", "calls") else "")


def _number(text: str, offset: int = 0) -> str:
    return str(int(re.sub(r"\D", "", text)) + offset)


def _is_person(agent_id: str | None) -> bool:
    return bool(agent_id) and re.fullmatch(r"a\d+", agent_id) is not None


@habit()
def agents_by_name(landing: Landing) -> None:
    """Agents have no ids but their display names: they become pseudonyms, which still join."""
    for row in _rows(landing):
        for column in PEOPLE:
            if _is_person(row.get(column)):
                number = int(row[column][1:])
                row[column] = f"{NAMES[number % len(NAMES)]} {chr(65 + number // len(NAMES))}"


@habit()
def bots_among_agents(landing: Landing) -> None:
    """A bot writes as an agent, and only the roster says that it is one."""
    for message in _rows(landing, "ticket_messages", "chat_messages"):
        if message["sender_type"] == "bot":
            message["sender_type"] = "agent"
    for chat in landing["chats"]:
        if chat["agent_id"] is None:
            chat["agent_id"], chat["bot_id"] = chat["bot_id"], None


@habit()
def german_numbers(landing: Landing) -> None:
    """German numbers come without their country, in two spellings; --phone-country says it."""
    for number, row in enumerate(_rows(landing)):
        digits = re.sub(r"\D", "", row.get("customer_phone") or "").removeprefix("00")
        if digits.startswith("49"):
            area, line = digits[2:4], digits[4:]
            row["customer_phone"] = f"0{area}/{line}" if number % 2 else f"(0{area}) {line}"


@habit()
def mail_before_its_ticket(landing: Landing) -> None:
    """The mail server's clock is up to a quarter of an hour behind the ticket's."""
    created = {(t["source_system"], t["ticket_id"]): t["created_at"] for t in landing["tickets"]}
    for number, message in enumerate(landing["ticket_messages"]):
        key = (message["source_system"], message["ticket_id"])
        if message["sender_type"] == "customer" and message["sent_at"] == created[key]:
            message["sent_at"] -= timedelta(minutes=number % 16)


@habit(
    "tickets: 58 rows were deleted at their source, and are left out", "chat_messages: 456 rows were deleted"
)
def soft_deletes(landing: Landing) -> None:
    """A row deleted at its source stays, with a mark: of every seventh row there is such a twin."""
    for table in landing_tables().values():
        if not table.has_source_system:
            continue
        rows = landing[table.name]
        key = table.key[-1]
        twins = [{**row, key: f"gone-{row[key]}", "_fivetran_deleted": True} for row in rows[::7]]
        for row in rows:
            row["_fivetran_deleted"] = False
        rows += twins


@habit(adds=True)
def tickets_of_calls(landing: Landing) -> None:
    """The telephone tool also writes a ticket of each call that it knows to be resolved."""
    columns = dict.fromkeys(landing["tickets"][0])
    for call in landing["calls"]:
        if call["answered_at"] and call["resolved"] and call["root_call_id"] == call["call_id"]:
            same = {name: call[name] for name in ("call_id", "customer_phone", "topic", "subtopic", "team")}
            ticket = {
                "ticket_id": f"of-{call['call_id']}",
                "source_system": "helpdesk_eu",
                "channel": "phone",
            }
            times = {"created_at": call["answered_at"], "solved_at": call["ended_at"]}
            landing["tickets"].append(columns | same | ticket | times | {"status": "solved"})


@habit()
def mistyped_years(landing: Landing) -> None:
    """A few rows of 2205 and 1970, and one of next year: they are refused, and move no cut-off."""
    _append(landing, "calls", call_id="of-1970", root_call_id="of-1970", started_at=datetime(1970, 1, 1))
    _append(landing, "tickets", ticket_id="of-2205", created_at=datetime(2205, 3, 1))
    _append(landing, "ticket_messages", message_id="of-2205", sent_at=datetime(2205, 3, 1))
    _append(landing, "chat_messages", message_id="of-2026", sent_at=datetime(2026, 3, 1))
    _append(landing, "surveys", survey_id="of-2205", sent_at=datetime(2205, 3, 1))
    landing["tickets"][3]["updated_at"] = datetime(2205, 3, 1)


def _append(landing: Landing, table: str, **columns: object) -> None:
    landing[table].append(landing[table][10] | columns)


@habit("tickets.status: nobody knows the words 'Qwertz Zuiop' (7)")
def statuses_nobody_knows(landing: Landing) -> None:
    """Seven statuses, fewer than would stop a run, are nobody's words: the instants of the solve hold.

    They are one word in several spellings, said in the one that sorts first.
    """
    solved = [ticket for ticket in landing["tickets"] if ticket["solved_at"]]
    for ticket in solved[:: len(solved) // 7][:7]:
        ticket["status"] = "Qwertz zuiop"


@habit("column recording_url is none of the landing contract")
def extra_columns(landing: Landing) -> None:
    """The export has columns of its own."""
    for row in _rows(landing, "calls", "tickets"):
        row |= {"recording_url": "", "custom_field_17": "x"}


@habit()
def no_solve_instants(landing: Landing) -> None:
    """The helpdesk lands no instants of solving and closing: its log of changes has them."""
    for ticket in landing["tickets"]:
        ticket["solved_at"] = ticket["closed_at"] = None


@habit()
def no_queue_instants(landing: Landing) -> None:
    """The telephone tool does not say when a call was queued: the end of its menu does."""
    for call in landing["calls"]:
        call["queued_at"] = None


@habit(
    "calls.ended_at of source system contact_centre holds nothing: handle and resolution times are not known",
    may_lose=[*HANDLED, *RESOLVED, *OF_TEAMS, "bot_handle_time_", "abandoned_wait_", "queue_wait_"],
    # Who hung up is never known to have done so at once.
    moves=[*WORK, *PER_AGENT, *SINCE_THE_END, "service_level", "abandonment_rate", "abandon_retry_rate"],
)
def calls_without_ends(landing: Landing) -> None:
    """The telephone tool does not say when a call ended: handle time is unknown, resolved is as before."""
    for call in landing["calls"]:
        call["ended_at"] = None


@habit(
    "calls.answered_at of source system contact_centre holds nothing: waits and handle times are not known",
    may_lose=[*HANDLED, *OF_TEAMS, "average_speed_", "queue_wait_", "service_level", "first_response_"],
    moves=[*WORK, *PER_AGENT],
)
def calls_without_answers(landing: Landing) -> None:
    """The telephone tool says that a call was answered, not when: waits are unknown, served is as before."""
    for call in landing["calls"]:
        call["answered_at"] = None


@habit(
    "chats.ended_at of source system contact_centre holds nothing: a chat ends with its last message",
    may_lose=["abandoned_wait_", "queue_wait_"],
    # Nothing says why who was not answered was not.
    moves=[*RESOLVED, *SINCE_THE_END, "service_level", "outcome_inferred_"],
)
def chats_without_ends(landing: Landing) -> None:
    """The chat tool says when a chat began, and how it ended only if it broke off: resolved is as before."""
    for chat in landing["chats"]:
        chat["ended_at"] = None
        if chat["end_reason"] != "error":
            chat["end_reason"] = None


@habit(
    may_lose=[*OF_TEAMS, "occupancy", "agent_utilisation_", "chat_capacity_"],
    # An agent owns a chat on the day on which it ended; and the chats of the last days are pending.
    moves=[
        *(*RESOLVED, *SINCE_THE_END, *PER_AGENT, "abandoned_wait_", "queue_wait_", "abandon_retry_rate"),
        *("service_level", "escalation_", "handover_", "bot_out_of_hours_", "surveyed_share"),
    ],
)
def chats_closed_days_later(landing: Landing) -> None:
    """The tool closes a conversation after three days of silence: nobody worked on it so long."""
    last = datetime(2025, 12, 31, 23)
    for chat in landing["chats"]:
        if chat["channel"] in ("whatsapp", "in_app"):
            chat["ended_at"] = min(chat["ended_at"] + timedelta(days=3), last)


@dataclass(frozen=True)
class Tool:
    """A tool's words, habits and files, and the options of a run on them."""

    tongues: tuple[str, ...]
    habits: tuple[Habit, ...]
    form: Form
    zone: str = "UTC"
    countries: tuple[str, ...] = ()


def _in_kolkata(instant: datetime) -> str:
    return f"{instant + timedelta(hours=5, minutes=30):%Y-%m-%d %H:%M:%S}"


def _with_offset(instant: datetime) -> str:
    return f"{instant + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}.000+0200"


TOOLS = {
    "zendesk": Tool(
        ("zendesk",), (soft_deletes, tickets_of_calls, mail_before_its_ticket), Form(truth=("t", "f"))
    ),
    "intercom": Tool(("intercom",), (bots_among_agents, anonymous_callers), Form(lambda at: f"{at}+00")),
    "freshdesk": Tool(
        ("freshdesk",),
        (ids_of_a_data_frame, extra_columns, statuses_nobody_knows),
        Form(_in_kolkata, ("Yes", "NO"), str.upper, "utf-8-sig", "\r\n"),
        zone="Asia/Kolkata",
    ),
    "hubspot": Tool(("hubspot",), (words_for_nothing,), Form(_with_offset, ("1.0", "0.0"))),
    "salesforce": Tool(("salesforce",), (agents_by_name, mistyped_years), Form(_with_offset)),
    "aircall": Tool(
        ("aircall", "german"), (german_numbers, no_queue_instants), Form(truth=("Y", "N")), countries=("DE",)
    ),
    "front": Tool(("front", "french"), (no_solve_instants,), Form(truth=("1", "0"))),
    "livechat": Tool(("livechat", "spanish"), (chats_without_ends,), Form()),
    "chatwoot": Tool(("chatwoot",), (chats_closed_days_later,), Form()),
    "genesys": Tool(("genesys",), (calls_without_ends,), Form()),
    "ringcentral": Tool(("ringcentral",), (calls_without_answers,), Form()),
}
