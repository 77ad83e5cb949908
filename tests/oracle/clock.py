"""Business seconds (F5): calendars are local wall time, laid out in UTC one date after the other."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

from oracle.instants import Day, exact_seconds
from oracle.seeds import seed

DEFAULT_CALENDAR = "default"


@cache
def _calendars() -> tuple[dict, dict, set, dict]:
    zones = {row["calendar_id"]: ZoneInfo(row["time_zone"]) for row in seed("business_calendars")}
    hours = defaultdict(list)
    for row in seed("business_hours"):
        hours[row["calendar_id"], int(row["iso_weekday"])].append(row)
    holidays = {(row["calendar_id"], row["holiday_date"]) for row in seed("business_holidays")}
    teams = {row["team"]: row["calendar_id"] for row in seed("team_calendars")}
    return zones, hours, holidays, teams


def calendar_of(team: str | None) -> str:
    return _calendars()[3].get(team, DEFAULT_CALENDAR)


@cache
def windows(calendar: str, day: date) -> list[tuple[datetime, datetime]]:
    """The openings that begin on a local date, in UTC."""
    zones, hours, holidays, _ = _calendars()
    if (calendar, day.isoformat()) in holidays:
        return []
    found = []
    for row in hours[calendar, day.isoweekday()]:
        if not row["valid_from"] <= day.isoformat() <= (row["valid_to"] or "9999"):
            continue
        opens, closes = (time.fromisoformat(row[name]) for name in ("opens_at", "closes_at"))
        next_day = day + timedelta(days=closes <= opens)
        found.append((_utc(day, opens, zones[calendar]), _utc(next_day, closes, zones[calendar])))
    return found


def _utc(day: date, wall_time: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall_time, zone).astimezone(UTC).replace(tzinfo=None)


def business_seconds(team: str | None, start: datetime | None, end: datetime | None) -> Fraction | None:
    """Open seconds of the team's calendar between two instants, as far as both are known."""
    if start is None or end is None or isinstance(start, Day) or isinstance(end, Day):
        return None
    total = timedelta()
    # A window that touches the interval begins at most a day before it, by local date two.
    day = start.date() - timedelta(days=2)
    while day <= end.date() + timedelta(days=1):
        for opens, closes in windows(calendar_of(team), day):
            total += max(min(end, closes) - max(start, opens), timedelta())
        day += timedelta(days=1)
    return exact_seconds(total)
