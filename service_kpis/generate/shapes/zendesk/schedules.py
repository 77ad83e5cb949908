"""The project's calendars as schedules of Zendesk, so that business time is the same in both forms."""

from __future__ import annotations

from collections.abc import Iterator

from service_kpis.generate.clock import seed_rows
from service_kpis.load.sql import quoted

WEEK = 10080
_LABELS = {row["time_zone"]: row["zone_label"] for row in reversed(seed_rows("zendesk_time_zones"))}
_CALENDARS = seed_rows("business_calendars")
_IDS = {row["calendar_id"]: 81 + place for place, row in enumerate(_CALENDARS)}


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _intervals() -> Iterator[tuple[int, str, str, int, int]]:
    """Minutes from Sunday 0:00; a night is one interval, but for that from Saturday to Sunday."""
    zones = {row["calendar_id"]: row["time_zone"] for row in _CALENDARS}
    for row in seed_rows("business_hours"):
        day = int(row["iso_weekday"]) % 7 * 1440
        opens, closes = day + _minutes(row["opens_at"]), day + _minutes(row["closes_at"])
        closes += 1440 * (closes <= opens)
        calendar = row["calendar_id"]
        named = (_IDS[calendar], calendar, _LABELS.get(zones[calendar], zones[calendar]))
        yield *named, opens, min(closes, WEEK)
        if closes > WEEK:
            yield *named, 0, closes - WEEK


def _select(columns: str, rows: Iterator[tuple]) -> str:
    values = ", ".join(
        f"({', '.join(quoted(each) if isinstance(each, str) else str(each) for each in row)})" for row in rows
    )
    return f"SELECT * FROM (VALUES {values}) AS t ({columns})"


HOURS = _select("id, name, time_zone, start_time, end_time", _intervals())
HOLIDAYS = _select(
    "schedule_id, name, start_date, end_date",
    (
        (_IDS[row["calendar_id"]], row["holiday_name"], row["holiday_date"], row["holiday_date"])
        for row in seed_rows("business_holidays")
    ),
)
TEAMS = _select(
    "team, schedule_id", ((row["team"], _IDS[row["calendar_id"]]) for row in seed_rows("team_calendars"))
)
