"""Agents, their desks and shifts, training, and the costs of each month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from service_kpis.generate import world
from service_kpis.generate.clock import team_calendars
from service_kpis.generate.frame import (
    NONE,
    Table,
    between,
    constant,
    decimals,
    flags,
    instants,
    integers,
    next_night,
    nulls,
    numbered,
    words,
)

ROSTER_END = world.PERIOD_END + 8 * world.DAY
"""Shifts are planned a week ahead of the data."""
COURSES = ("privacy", "product_basics", "conflict_talk", "new_billing")


@dataclass(frozen=True)
class Desk:
    """The agents of one team in one system, and who sits where in each opening window of its calendar."""

    system: int
    team: int
    agents: np.ndarray
    roster: np.ndarray
    """Agent by opening window and seat."""
    idle: np.ndarray
    """Agents without a seat by window and place."""

    @property
    def seats(self) -> int:
        return self.roster.shape[1]

    def agent(self, seat: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Agent number in a seat at an instant (after closing: who sat there last)."""
        return self.roster[team_calendars()[self.team].window(at), seat]


def open_desk(rng: np.random.Generator, system: int, team: int, seats: int, first_agent: int) -> Desk:
    """A desk with `seats` seats and a fifth more agents, for holidays and sickness."""
    agents = first_agent + np.arange(seats + max(1, round(seats * 0.2)))
    windows = len(team_calendars()[team].opens)
    shuffled = agents[rng.random((windows, len(agents))).argsort(axis=1)]
    return Desk(system, team, agents, shuffled[:, :seats], shuffled[:, seats:])


def seats_needed(arrival: np.ndarray, service: np.ndarray, at_once: int) -> int:
    """Agents for the busy hours of this work, `at_once` pieces each; at least one."""
    if not len(arrival):
        return 1
    hour = (arrival - world.PERIOD_START) // world.HOUR
    load = np.bincount(hour, weights=service) / world.HOUR
    busy = np.quantile(load[load > 0], 0.97)
    return int(np.ceil((busy * 1.25 + 2 * np.sqrt(busy)) / at_once)) or 1


def seat_visitors(arrival: np.ndarray, service: np.ndarray, slots: int) -> tuple[np.ndarray, np.ndarray]:
    """Serve arrivals in turn by `slots` slots, each one at a time; gives the begin of service and the slot.

    In a slot, begin = max(arrival, end of the one before), which a cumulative maximum solves for all at once.
    """
    order = np.argsort(arrival, kind="stable")
    rounds = -(-len(arrival) // slots)
    padded = np.full(rounds * slots, world.PERIOD_END * 2, dtype=np.int64)
    padded[: len(order)] = arrival[order]
    spent = np.zeros(rounds * slots, dtype=np.int64)
    spent[: len(order)] = service[order]
    spent = spent.reshape(rounds, slots)
    earlier = np.cumsum(spent, axis=0) - spent
    begin = np.maximum.accumulate(padded.reshape(rounds, slots) - earlier, axis=0) + earlier
    result, slot = np.empty_like(arrival), np.empty_like(arrival)
    result[order] = begin.ravel()[: len(order)]
    slot[order] = np.arange(len(order)) % slots
    return result, slot


def agent_tables(rng: np.random.Generator, desks: list[Desk], with_bots: bool) -> dict[str, Table]:
    """agents, agent_shifts and agent_training of these desks."""
    number = np.concatenate([desk.agents for desk in desks])
    system = np.concatenate([np.full(len(desk.agents), desk.system) for desk in desks])
    team = np.concatenate([np.full(len(desk.agents), desk.team) for desk in desks])
    return {
        "agents": _agents(rng, number, system, team, with_bots),
        "agent_shifts": _shifts(rng, desks),
        "agent_training": _training(rng, number, system),
    }


BOTS = (
    (world.LIVECHAT, "bot_assistant"),
    (world.LIVECHAT, "bot_voice"),
    (world.HELPDESK_EU, "bot_mail"),
    (world.HELPDESK_US, "bot_mail"),
)


def _agents(
    rng: np.random.Generator, number: np.ndarray, system: np.ndarray, team: np.ndarray, with_bots: bool
) -> Table:
    size = len(number)
    live = system == world.LIVECHAT
    left = np.where(rng.random(size) < 0.04, world.PERIOD_END + between(rng, 40, 200, size) * world.DAY, NONE)
    table = {
        "agent_id": numbered("a", number),
        "source_system": words(world.SYSTEMS, system),
        "team": words(world.TEAMS, team),
        "is_bot": flags(np.zeros(size, dtype=bool)),
        "hired_at": instants(world.PERIOD_START - between(rng, 30, 3000, size) * world.DAY),
        "left_at": instants(left),
        "hourly_cost": decimals(np.round(26 + 14 * rng.random(size), 2)),
        "max_concurrent_chats": integers(np.where(live, world.CHATS_AT_ONCE, -1)),
    }
    if not with_bots:
        return table
    bots = len(BOTS)
    bot = {
        "agent_id": pa.array([name for _, name in BOTS]),
        "source_system": pa.array([world.SYSTEMS[code] for code, _ in BOTS]),
        "team": nulls(bots),
        "is_bot": flags(np.ones(bots, dtype=bool)),
        "hired_at": instants(np.full(bots, world.PERIOD_START - 100 * world.DAY)),
        "left_at": instants(np.full(bots, NONE)),
        "hourly_cost": decimals(np.full(bots, np.nan)),
        "max_concurrent_chats": integers(np.full(bots, -1)),
    }
    return {name: pa.concat_arrays([column, bot[name]]) for name, column in table.items()}


def _shifts(rng: np.random.Generator, desks: list[Desk]) -> Table:
    parts = []
    for desk in desks:
        calendar = team_calendars()[desk.team]
        first, last = np.searchsorted(calendar.opens, (world.PERIOD_START - world.DAY, ROSTER_END))
        windows = np.arange(first, last)
        idle = desk.idle[windows]
        absent = rng.random(idle.shape) < 0.5
        agent = np.concatenate([desk.roster[windows].ravel(), idle[absent]])
        window = np.concatenate([windows.repeat(desk.seats), np.repeat(windows, absent.sum(axis=1))])
        away = np.arange(len(agent)) >= len(windows) * desk.seats
        system = np.full(len(agent), desk.system)
        parts.append((agent, system, calendar.opens[window], calendar.closes[window], away))
    agent, system, opens, closes, away = (np.concatenate(column) for column in zip(*parts, strict=True))
    pause = np.where(closes - opens > 5 * world.HOUR, 2700.0, 900.0)
    return {
        "shift_id": numbered(f"s{agent.min()}-", np.arange(len(agent))),
        "agent_id": numbered("a", agent),
        "source_system": words(world.SYSTEMS, system),
        "started_at": instants(opens),
        "ended_at": instants(closes),
        "break_seconds": decimals(np.where(away, np.nan, pause)),
        "is_absence": flags(away),
    }


def _training(rng: np.random.Generator, number: np.ndarray, system: np.ndarray) -> Table:
    agent = np.repeat(number, len(COURSES))
    size = len(agent)
    course = np.tile(np.arange(len(COURSES)), len(number))
    assigned = world.PERIOD_START + between(rng, 5 * world.DAY, 700 * world.DAY, size)
    completed = assigned + between(rng, world.DAY, 40 * world.DAY, size)
    completed = np.where((rng.random(size) < 0.88) & (completed < world.PERIOD_END), completed, NONE)
    assessed = np.where(completed == NONE, NONE, completed + between(rng, world.HOUR, world.DAY, size))
    assessed = np.where((rng.random(size) < 0.8) & (assessed < world.PERIOD_END), assessed, NONE)
    return {
        "agent_id": numbered("a", agent),
        "source_system": words(world.SYSTEMS, np.repeat(system, len(COURSES))),
        "course_id": words(COURSES, course),
        "assigned_at": instants(assigned),
        "due_at": instants(assigned + 30 * world.DAY),
        "completed_at": instants(completed),
        "assessed_at": instants(assessed),
        "passed": flags(rng.random(size) < 0.9, assessed != NONE),
    }


POOLS = (
    *(("agent_labour", team, "", 1.10) for team in world.TEAMS),
    ("supervision", "", "", 0.50),
    ("bot_platform", "", "web_chat", 0.10),
    ("bot_platform", "", "voice_bot", 0.05),
    ("telephony", "", "phone", 0.20),
    ("licences", "", "", 0.30),
    ("facilities", "", "", 0.35),
    ("training", "", "", 0.08),
    ("other", "", "", 0.05),
)
"""Pool, team, channel, euros per conversation."""


def costs(rng: np.random.Generator, conversations: int) -> Table:
    """Each pool's cost in each month of the period, in euros."""
    months = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
    rows = [(month, *pool) for month in months for pool in POOLS]
    month, pool, team, channel, rate = zip(*rows, strict=True)
    amount = np.array(rate) * conversations / len(months) * (0.95 + 0.1 * rng.random(len(rows)))
    ends = np.array([f"{m}-28" for m in month], dtype="datetime64[s]").astype(np.int64)
    return {
        "cost_month": pa.array(month),
        "pool": pa.array(pool),
        "team": pa.array([name or None for name in team]),
        "channel": pa.array([name or None for name in channel]),
        "amount": decimals(np.round(amount, 2)),
        "currency": constant("EUR", len(rows)),
        "loaded_at": instants(next_night(ends)),
    }
