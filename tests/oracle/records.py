"""Tickets that a tool writes about a call or a chat are that contact's record (F14)."""

from collections import defaultdict
from datetime import timedelta

from oracle.conversation import Conversation, Row, system_of
from oracle.identity import Customers
from oracle.landing import Landing
from oracle.tickets import EXCLUDED

RECORD_MATCH = timedelta(minutes=30)
CHAT_CHANNELS = ("chat", "web_chat", "whatsapp", "messenger", "in_app", "voice_bot")


def join_records(conversations: list[Conversation], landing: Landing, customers: Customers) -> None:
    """Exclude the records, and let the first of each contact say what the contact itself does not."""
    contacts = [one for one in conversations if one.kind != "ticket"]
    of_key = {one.key: one for one in conversations}
    links = _Links(contacts, landing.get("calls", []))
    of_customer = defaultdict(list)
    for one in contacts:
        of_customer[customers.customer({**one.identity, "source_system": one.system})].append(one)
    for ticket in sorted(landing.get("tickets", []), key=lambda row: (row["created_at"], row["ticket_id"])):
        record = of_key[system_of(ticket), "ticket", ticket["ticket_id"], 1]
        if ticket.get("status") in EXCLUDED:
            continue
        customer = customers.customer(ticket)
        known = of_customer[customer] if customer is not None else []
        contact = links.named_by(ticket) or _matching(ticket, known)
        if contact is None:
            continue
        record.exclusions.add("record_of_contact")
        if not contact.has_record:
            contact.has_record = True
            _feed(contact, record)


class _Links:
    """Contacts by the ids of their legs or chats."""

    def __init__(self, contacts: list[Conversation], legs: list[Row]) -> None:
        of_key = {(one.kind, one.system, one.source_id): one for one in contacts}
        self._ids = {(kind, id_): [] for kind, _, id_ in of_key}
        self._ids |= {("call", leg["call_id"]): [] for leg in legs}
        for one in contacts:
            self._add(one.kind, one.source_id, one)
        for leg in legs:
            root = leg.get("root_call_id") or leg["call_id"]
            self._add("call", leg["call_id"], of_key["call", system_of(leg), root])

    def _add(self, kind: str, source_id: str, one: Conversation) -> None:
        if one not in self._ids[kind, source_id]:
            self._ids[kind, source_id].append(one)

    def named_by(self, ticket: Row) -> Conversation | None:
        """In the ticket's own system, else the only one of that id."""
        for kind in ("call", "chat"):
            named = self._ids.get((kind, ticket.get(f"{kind}_id")), [])
            own = [one for one in named if one.system == system_of(ticket)]
            if own or len(named) == 1:
                return (own or named)[0]
        return None


def _matching(ticket: Row, contacts: list[Conversation]) -> Conversation | None:
    """The customer's latest contact in that channel that went on, or had just ended, at its creation."""
    if ticket.get("merged_into_ticket_id") not in (None, ticket["ticket_id"]):
        return None
    matching = [
        one
        for one in contacts
        if one.is_inbound
        and _is_same_channel(ticket.get("channel"), one)
        and one.started_at <= ticket["created_at"] <= one.ended_at + RECORD_MATCH
    ]
    return max(matching, key=lambda one: (one.started_at, one.ended_at, one.source_id), default=None)


def _is_same_channel(channel: str | None, contact: Conversation) -> bool:
    if contact.kind == "call":
        return channel == "phone"
    channels = {channel, contact.channel}
    return channels <= set(CHAT_CHANNELS) and (len(channels) == 1 or "chat" in channels)


def _feed(contact: Conversation, record: Conversation) -> None:
    contact.topic = contact.topic if contact.topic is not None else record.topic
    contact.team = contact.team if contact.team is not None else record.team
    if contact.is_resolution_stated or record.is_resolved is None:
        return
    contact.is_resolution_stated = True
    contact.is_resolved = record.is_resolved
    # A record that does not say when it was solved moves nothing.
    at = max(contact.ended_at, record.resolved_at or contact.ended_at) if record.is_resolved else None
    contact.resolved_at = contact.first_resolved_at = at
