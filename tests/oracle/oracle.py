"""Landed rows in, conversations and KPIs out."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from oracle.bots import bot_outcome
from oracle.calls import call_conversation
from oracle.chats import chat_conversation
from oracle.clock import business_seconds
from oracle.conversation import Conversation, Row, system_of
from oracle.effort import share_seconds
from oracle.identity import Customers
from oracle.landing import Landing, read
from oracle.records import join_records
from oracle.repeats import look_ahead
from oracle.surveys import nps_answers
from oracle.tickets import Tool, ticket_conversations

MERGED_CHILD_REPEAT = timedelta(hours=48)
NAMING_A_CUSTOMER = ("tickets", "chats", "calls", "surveys", "self_service_sessions")


@dataclass
class Answer:
    conversations: list[Conversation]
    nps_answers: list[Row]
    as_of: datetime


def answer(landing: Landing, as_of: datetime) -> Answer:
    landing = read(landing)
    customers = Customers(row for table in NAMING_A_CUSTOMER for row in landing.get(table, []))
    conversations = _conversations(landing)
    join_records(conversations, landing, customers)
    for one in conversations:
        naming = {**one.identity, "source_system": one.system}
        one.customer = customers.customer(naming)
        one.is_weakly_identified = customers.is_known_by_phone_only(naming)
        _measure_open_time(one)
    look_ahead(conversations, as_of)
    for one in conversations:
        if one.bot:
            one.bot.outcome = bot_outcome(one, as_of)
    share_seconds(conversations)
    return Answer(conversations, nps_answers(landing.get("surveys", []), customers, conversations), as_of)


def _measure_open_time(one: Conversation) -> None:
    one.first_response_business_seconds = business_seconds(
        one.team, one.response_clock_at, one.first_response_at
    )
    one.first_human_response_business_seconds = business_seconds(
        one.team, one.human_clock_started_at, one.first_human_response_at
    )
    one.resolution_business_seconds = business_seconds(one.team, one.started_at, one.resolved_at)


def _conversations(landing: Landing) -> list[Conversation]:
    messages = _by(landing.get("chat_messages", []), "chat_id")
    comments = _by(landing.get("ticket_messages", []), "ticket_id")
    events = _by(landing.get("ticket_events", []), "ticket_id")
    chat_tools = {system for system, _ in messages}
    legs = defaultdict(list)
    for leg in landing.get("calls", []):
        legs[system_of(leg), leg.get("root_call_id") or leg["call_id"]].append(leg)
    # That a bot answered says nothing of the instants at which people do.
    answering = {
        system_of(leg) for leg in landing.get("calls", []) if leg.get("answered_at") and not leg["is_bot"]
    }
    ending = {system_of(leg) for leg in landing.get("calls", []) if leg.get("ended_at")}
    found = [
        call_conversation(of_root, system in answering, system in ending)
        for (system, _), of_root in legs.items()
    ]
    joining_tools = {system_of(chat) for chat in landing.get("chats", []) if chat.get("agent_joined_at")}
    ending = {system_of(chat) for chat in landing.get("chats", []) if chat.get("ended_at")}
    for chat in landing.get("chats", []):
        key = system_of(chat), chat["chat_id"]
        found.append(
            chat_conversation(
                chat, messages[key], key[0] in chat_tools, key[0] in joining_tools, key[0] in ending
            )
        )
    tools = _ticket_tools(comments, landing.get("ticket_events", []))
    for ticket in _with_topics(landing.get("tickets", [])):
        key = system_of(ticket), ticket["ticket_id"]
        found += ticket_conversations(ticket, comments[key], events[key], tools[key[0]])
    _exclude_merged(found, landing.get("tickets", []))
    return found


def _ticket_tools(comments: dict[tuple[str, str], list[Row]], events: list[Row]) -> defaultdict[str, Tool]:
    tools = defaultdict(Tool)
    for system in {system_of(event) for event in events if event["event_type"] == "status_change"}:
        tools[system] = Tool(lands_changes=True)
    for (system, _), of_ticket in comments.items():
        is_customers = any(message["sender_type"] == "customer" for message in of_ticket)
        tool = tools[system]
        tools[system] = Tool(True, tool.lands_customers_messages or is_customers, tool.lands_changes)
    return tools


def _with_topics(tickets: list[Row]) -> list[Row]:
    """A follow-up ticket without a topic speaks of its parent's (K01)."""
    topics = {(system_of(row), row["ticket_id"]): row.get("topic") for row in tickets}
    return [
        {**row, "topic": row.get("topic") or topics.get((system_of(row), row.get("follow_up_of_ticket_id")))}
        for row in tickets
    ]


def _by(rows: list[Row], column: str) -> defaultdict[tuple[str, str], list[Row]]:
    grouped = defaultdict(list)
    for row in rows:
        grouped[system_of(row), row[column]].append(row)
    return grouped


def _exclude_merged(conversations: list[Conversation], tickets: list[Row]) -> None:
    """Merging hides no failure: a child that came over 48 hours after its parent's first response counts."""
    first = {one.key: one for one in conversations}
    merged = {(system_of(row), row["ticket_id"]): row.get("merged_into_ticket_id") for row in tickets}
    for one in conversations:
        parent_id = merged.get((one.system, one.source_id)) if one.kind == "ticket" else None
        if parent_id is None:
            continue
        parent = first.get((one.system, "ticket", parent_id, 1))
        child = first[one.system, "ticket", one.source_id, 1]
        replied_at = parent and parent.first_response_at
        if not replied_at or child.started_at <= replied_at + MERGED_CHILD_REPEAT:
            one.exclusions.add("merged_child")
