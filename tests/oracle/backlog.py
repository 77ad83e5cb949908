"""Tickets that stood open at the end of each day (K07), by what happened to them, not by how they stand."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from oracle.conversation import Conversation

DAY = timedelta(days=1)


def open_tickets(conversations: list[Conversation], as_of: datetime) -> Counter[date]:
    """Of countable tickets of which it can be told."""
    counted = Counter()
    for one in conversations:
        if one.kind == "ticket" and one.is_countable and one.is_resolved is not None:
            for opened_at, solved_at in one.open_spells:
                counted.update(_nights(opened_at, solved_at or as_of + DAY, as_of))
    return counted


def _nights(opened_at: datetime, solved_at: datetime, as_of: datetime) -> list[date]:
    """The days at whose end, or at the cut-off, it was open."""
    days = range((min(solved_at, as_of + DAY).date() - opened_at.date()).days)
    found = [opened_at.date() + number * DAY for number in days]
    return [day for day in found if datetime.combine(day, time()) <= as_of]
