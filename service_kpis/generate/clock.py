"""Time: business calendars from the seeds, and the hourly demand of the two customer zones."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from service_kpis.generate import world

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
FIRST_DATE, LAST_DATE = dt.date(2023, 12, 1), dt.date(2026, 3, 1)


def seed_rows(name: str) -> list[dict[str, str]]:
    """Rows of a seed file of the project."""
    (path,) = SEEDS.rglob(f"{name}.csv")
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@dataclass(frozen=True)
class Calendar:
    """Opening windows in seconds since 1970 (UTC), in time order."""

    opens: np.ndarray
    closes: np.ndarray
    before: np.ndarray
    """Open seconds before each window."""

    def open_seconds(self, at: np.ndarray) -> np.ndarray:
        """Open seconds from the calendar's beginning to the instant."""
        window = self.window(at)
        return self.before[window] + np.minimum(at, self.closes[window]) - self.opens[window]

    def add(self, at: np.ndarray, seconds: np.ndarray) -> np.ndarray:
        """The instant at which so many open seconds have passed."""
        target = self.open_seconds(at) + seconds
        window = np.searchsorted(self.before, target, side="right") - 1
        return self.opens[window] + target - self.before[window]

    def window(self, at: np.ndarray) -> np.ndarray:
        """Index of the last window that opened at or before the instant."""
        return np.searchsorted(self.opens, at, side="right") - 1

    def is_open(self, at: np.ndarray) -> np.ndarray:
        return at < self.closes[self.window(at)]


@cache
def calendar(calendar_id: str) -> Calendar:
    """A business calendar of the seeds. KeyError for an unknown one."""
    zones = {row["calendar_id"]: ZoneInfo(row["time_zone"]) for row in seed_rows("business_calendars")}
    hours = [row for row in seed_rows("business_hours") if row["calendar_id"] == calendar_id]
    closed = holidays(calendar_id)
    spans = []
    for date in _dates():
        for row in hours:
            if date in closed or date.isoweekday() != int(row["iso_weekday"]):
                continue
            if not row["valid_from"] <= date.isoformat() < (row["valid_to"] or "9999"):
                continue
            opens, closes = dt.time.fromisoformat(row["opens_at"]), dt.time.fromisoformat(row["closes_at"])
            last = date if closes > opens else date + dt.timedelta(days=1)
            spans.append([_instant(d, t, zones[calendar_id]) for d, t in ((date, opens), (last, closes))])
    opens, closes = np.array(sorted(spans), dtype=np.int64).T
    return Calendar(opens, closes, np.cumsum(closes - opens) - (closes - opens))


@cache
def team_calendars() -> tuple[Calendar, ...]:
    """The calendar of each team of the world; last, at index -1, the default calendar."""
    by_team = {row["team"]: row["calendar_id"] for row in seed_rows("team_calendars")}
    names = [by_team.get(team, "default") for team in world.TEAMS]
    return tuple(calendar(name) for name in [*names, "default"])


@cache
def holidays(calendar_id: str) -> frozenset[dt.date]:
    """Dates on which a calendar is closed."""
    rows = seed_rows("business_holidays")
    return frozenset(
        dt.date.fromisoformat(r["holiday_date"]) for r in rows if r["calendar_id"] == calendar_id
    )


def add_business(team: np.ndarray, at: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """The instants at which so many open seconds of each team have passed; team -1: default calendar."""
    return _by_team(team, lambda cal, rows: cal.add(at[rows], seconds[rows]))


def business_seconds(team: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Open seconds of each team between two instants; team -1: default calendar."""
    return _by_team(team, lambda cal, rows: cal.open_seconds(end[rows]) - cal.open_seconds(start[rows]))


def _by_team(team: np.ndarray, compute) -> np.ndarray:
    result = np.zeros(len(team), dtype=np.int64)
    for code in np.unique(team):
        rows = np.flatnonzero(team == code)
        result[rows] = compute(team_calendars()[code], rows)
    return result


@cache
def local_hours() -> np.ndarray:
    """Local hour of day by zone and hour of the period."""
    return np.array([[local.hour for local in _local_times(zone)] for zone in world.ZONES])


def local_hour(zone: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The customer's hour of day; instants after the period read as its last hour."""
    table = local_hours()
    return table[zone, np.minimum((at - world.PERIOD_START) // world.HOUR, table.shape[1] - 1)]


@cache
def demand(zone: int) -> np.ndarray:
    """Cumulative weight of each hour of the period for customers of a zone."""
    closed = holidays(world.ZONE_HOLIDAYS[zone])
    weights = []
    for index, local in enumerate(_local_times(world.ZONES[zone])):
        at = world.PERIOD_START + index * world.HOUR
        weight = world.HOUR_OF_DAY[local.hour] * world.DAY_OF_WEEK[local.weekday()]
        weight *= world.HOLIDAY_FACTOR if local.date() in closed else 1
        weight *= 1 + world.GROWTH_PER_YEAR * index / 8766
        weight *= 1 + 0.10 * np.cos(2 * np.pi * (local.timetuple().tm_yday - 345) / 365)
        weight *= world.PROMOTION_FACTOR if world.PROMOTION[1] <= at < world.PROMOTION[2] else 1
        weights.append(weight)
    return np.cumsum(weights)


def draw_starts(rng: np.random.Generator, zone: np.ndarray) -> np.ndarray:
    """Instants that follow the demand of each customer's zone."""
    at = np.zeros(len(zone), dtype=np.int64)
    for code in range(len(world.ZONES)):
        rows = np.flatnonzero(zone == code)
        edges = demand(code)
        hour = np.searchsorted(edges, rng.random(len(rows)) * edges[-1], side="right")
        at[rows] = world.PERIOD_START + hour * world.HOUR + rng.integers(0, world.HOUR, len(rows))
    return at


def _local_times(zone: str) -> list[dt.datetime]:
    hours = range(world.PERIOD_START, world.PERIOD_END, world.HOUR)
    return [dt.datetime.fromtimestamp(at, ZoneInfo(zone)) for at in hours]


def _dates() -> list[dt.date]:
    return [FIRST_DATE + dt.timedelta(days=n) for n in range((LAST_DATE - FIRST_DATE).days)]


def _instant(date: dt.date, time: dt.time, zone: ZoneInfo) -> int:
    return int(dt.datetime.combine(date, time, tzinfo=zone).timestamp())
