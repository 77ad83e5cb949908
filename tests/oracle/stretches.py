"""Active stretches of who writes (F13): up to each of their replies, silence beyond the idle time cut."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from oracle.conversation import Row

IDLE = timedelta(minutes=30)
Stretch = tuple[datetime, datetime]


def active_stretches(
    turns: list[Row], writer: str, joined_at: datetime | None
) -> Iterable[tuple[Row, list[Stretch]]]:
    """Each reply of the writer with the work on it."""
    for place, turn in enumerate(turns):
        if turn["sender_type"] == writer:
            yield turn, [_after_silence(_waited_for(turns[:place], joined_at), turn["sent_at"], joined_at)]


def _waited_for(before: list[Row], joined_at: datetime | None) -> list[datetime]:
    """The customer's burst that the reply answers, else the turn before; of the first turn the joining."""
    burst: list[datetime] = []
    for turn in reversed(before):
        if turn["sender_type"] != "customer":
            break
        burst.insert(0, turn["sent_at"])
    if burst or before:
        return burst or [before[-1]["sent_at"]]
    return [joined_at] if joined_at else []


def _after_silence(before: list[datetime], ended_at: datetime, joined_at: datetime | None) -> Stretch:
    """From what is answered, or from the last of it after a silence; nothing from before the joining."""
    begins = before[0] if before else ended_at
    for start, end in pairwise(before):
        if end - start > IDLE:
            begins = end
    if before and ended_at - before[-1] > IDLE:
        begins = ended_at - IDLE
    return min(max(begins, joined_at or begins), ended_at), ended_at
