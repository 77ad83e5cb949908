"""Who came back: the repeat columns as the design reads them, and chains of contacts (K01)."""

from collections import defaultdict
from datetime import datetime, timedelta

from oracle.clock import business_seconds
from oracle.conversation import Conversation
from oracle.instants import Day
from oracle.records import RECORD_MATCH

WINDOWS = {"24h": timedelta(hours=24), "48h": timedelta(hours=48), "7d": timedelta(days=7)}
FIRST_CONTACT_BUSINESS_SECONDS = 3600


def look_ahead(conversations: list[Conversation], as_of: datetime) -> None:
    """Fill in repeats, maturity and first contact resolution."""
    first_of_system: dict[str, datetime] = {}
    of_customer = defaultdict(list)
    for one in conversations:
        first = first_of_system.get(one.system, one.started_at)
        first_of_system[one.system] = min(first, one.started_at)
        if one.customer is not None and one.is_countable:
            of_customer[one.customer].append(one)
    for one in conversations:
        for name, window in WINDOWS.items():
            one.is_left_censored[name] = one.started_at < first_of_system[one.system] + window
            one.is_mature[name] = as_of >= one.ended_at + window and not one.is_left_censored[name]
        if one.is_countable and one.customer is not None:
            later = [other for other in of_customer[one.customer] if other.started_at > one.started_at]
            one.next_any_topic_at = min((other.started_at for other in later), default=None)
            same = [other.started_at for other in later if is_same_topic(one, other)]
            one.next_same_topic_at = min(same, default=None)
        if one.is_anchor:
            for name, window in WINDOWS.items():
                one.repeats[name] = is_within(one.next_same_topic_at, one, window)
                at_once = is_resolved_at_once(one)
                if one.is_mature[name] and at_once is not None:
                    one.fcr[name] = at_once and not one.repeats[name]


def is_same_topic(one: Conversation, other: Conversation) -> bool:
    """An unknown topic is compared as the same."""
    return one.topic is None or other.topic is None or one.topic == other.topic


def is_within(next_at: datetime | None, one: Conversation, window: timedelta) -> bool:
    return next_at is not None and next_at <= one.ended_at + window


def is_resolved_at_once(one: Conversation) -> bool | None:
    """Resolved by the channel's rule, not escalated, not reopened; None where only days are known (F16)."""
    if one.kind == "ticket" and (isinstance(one.started_at, Day) or isinstance(one.first_resolved_at, Day)):
        return None
    if not one.is_resolved or one.is_escalated or one.is_reopened:
        return False
    if one.kind == "ticket":
        seconds = business_seconds(one.team, one.started_at, one.first_resolved_at)
        return seconds <= FIRST_CONTACT_BUSINESS_SECONDS
    if one.resolved_at and one.resolved_at > one.ended_at + RECORD_MATCH:
        return False
    # What a bot alone resolved needs the customer's or a business event's word.
    return one.is_resolution_stated or one.responder != "bot"


def issues(conversations: list[Conversation], window: timedelta) -> list[list[Conversation]]:
    """Chains of a customer's countable contacts about one topic, linked by gaps up to the window."""
    of_customer = defaultdict(list)
    for one in conversations:
        if one.is_countable and one.customer is not None:
            of_customer[one.customer].append(one)
    chains = []
    for contacts in of_customer.values():
        contacts.sort(key=lambda one: (one.started_at, one.conversation_id))
        by_topic = defaultdict(list)
        for one in contacts:
            by_topic[_topic_of_issue(one, contacts)].append(one)
        for about_one_topic in by_topic.values():
            chains += _chains(about_one_topic, window)
    return chains


def _topic_of_issue(one: Conversation, contacts: list[Conversation]) -> str | None:
    """Without a topic it belongs with the nearest that has one: from end to start, of two the earlier."""
    if one.topic is not None:
        return one.topic
    place = contacts.index(one)
    before = next((other for other in reversed(contacts[:place]) if other.topic is not None), None)
    after = next((other for other in contacts[place:] if other.topic is not None), None)
    if before and after:
        is_nearer_before = one.started_at - before.ended_at <= after.started_at - one.ended_at
        return before.topic if is_nearer_before else after.topic
    return before.topic if before else after.topic if after else None


def _chains(contacts: list[Conversation], window: timedelta) -> list[list[Conversation]]:
    chains: list[list[Conversation]] = []
    for one in contacts:
        earlier = [other for other in contacts if other.started_at < one.started_at]
        reach = max((other.ended_at for other in earlier), default=None)
        if reach is not None and one.started_at <= reach + window:
            chains[-1].append(one)
        else:
            chains.append([one])
    return chains
