"""Instants, and days that look like instants (F16)."""

from datetime import datetime, timedelta
from fractions import Fraction

# Nobody works at one stretch for longer than a day: such a number is no length of work.
LONGEST_WORK = 24 * 3600


class Day(datetime):
    """An instant of which only the day is known; no length begins or ends in it."""


def the_day_of(at: datetime) -> Day:
    return Day.combine(at.date(), at.time())


def seconds_between(start: datetime | None, end: datetime | None) -> Fraction | None:
    """NULL where either instant is not known, or only its day."""
    if start is None or end is None or isinstance(start, Day) or isinstance(end, Day):
        return None
    return exact_seconds(end - start)


def exact_seconds(length: timedelta) -> Fraction:
    return Fraction(length // timedelta(microseconds=1), 1_000_000)
