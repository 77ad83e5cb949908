"""Agents, their desks and shifts, training, and the costs of each month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from service_kpis.generate import world
from service_kpis.generate.clock import team_calendars
from service_kpis.generate.frame import (
    NONE,
    Frame,
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
    pick,
    stack,
    within_groups,
    words,
)

ROSTER_END = world.PERIOD_END + 8 * world.DAY
"""Shifts are planned a week ahead of the data."""
LONGEST_SHIFT = 9.5 * world.HOUR
COURSES = ("privacy", "product_basics", "conflict_talk", "new_billing")


@dataclass(frozen=True)
class Desk:
    """Where a team works in one system: its shifts, and who sits there in each."""

    system: int
    team: int
    begins: np.ndarray
    ends: np.ndarray
    seats: np.ndarray
    """Seats taken, by shift."""
    roster: np.ndarray
    """Agent by shift and seat."""

    def shift(self, at: np.ndarray) -> np.ndarray:
        """Index of the last shift that began at or before the instant."""
        return np.searchsorted(self.begins, at, side="right") - 1

    def agent(self, seat: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Agent number in a seat at an instant (after closing: who sat there last)."""
        return self.roster[self.shift(at), seat]


@dataclass(frozen=True)
class Crew:
    """The people of one team, its desks, and who is left over."""

    agents: np.ndarray
    desks: list[Desk]
    idle: np.ndarray
    """Agents without a seat, by shift of the first desk and place."""


def backoffice(team: np.ndarray) -> np.ndarray:
    """The team that escalations and transfers of a team go to."""
    return np.where(team == world.US_FRONTLINE, world.US_BACKOFFICE, world.EU_BACKOFFICE)


def hire(rng: np.random.Generator, contacts: Frame, first_agent: int) -> list[Crew]:
    """The smallest crews that can do the planned work, team by team.

    A frontline desk is taken as long as its team is open: in small worlds one person waits there for work. So
    20,000 conversations fill a twelfth of the agents' time, 100,000 a third, 500,000 two thirds, and
    a contact costs accordingly. A desk on call (night, back office) is rostered from its opening for as long
    as its work takes, an hour at least; what comes later is done on call. Calls and chats are one desk.
    People change desks by the week.
    """
    work = _planned_work(contacts)
    crews = []
    for team in range(len(world.TEAMS)):
        crew = _crew(rng, team, {desk: work[desk] for desk in world.DESKS if desk[1] == team}, first_agent)
        first_agent += len(crew.agents)
        crews.append(crew)
    return crews


def _planned_work(contacts: Frame) -> dict[tuple[int, int], tuple[np.ndarray, np.ndarray]]:
    """When each desk is likely to be at work, and for how many seconds."""
    kind, variant, team = contacts["kind"], contacts["variant"], contacts["team"]
    ticket = (kind == world.TICKET) & np.isin(variant, (world.SOLVED, world.UNSOLVED, world.OUTBOUND))
    call = (kind == world.CALL) & np.isin(variant, (world.ANSWERED, world.CALL_OUTBOUND))
    chat = (kind == world.CHAT) & np.isin(variant, (world.HANDOVER, world.HUMAN))
    escalated = np.asarray(world.ESCALATED_SHARE)[world.TOPIC_TIERS[contacts["topic"]]]
    work = {}
    for system, crew in world.DESKS:
        if crew in (world.EU_BACKOFFICE, world.US_BACKOFFICE):
            theirs, passed_on = (backoffice(team) == crew) & (team != world.NIGHT_DESK), escalated
            live, share = call & (variant == world.ANSWERED), np.full(len(team), world.TRANSFER_SHARE)
        else:
            theirs, passed_on = team == crew, np.ones(len(team))
            live, share = call | chat, np.ones(len(team))
        if system == world.LIVECHAT:
            rows = np.flatnonzero(theirs & live)
            seconds = (contacts["effort"][rows] + world.AFTER_WORK) * share[rows]
            work[system, crew] = contacts["start"][rows], seconds
        else:
            rows = np.flatnonzero(theirs & ticket)
            work[system, crew] = contacts["likely_end"][rows], world.TICKET_WORK * passed_on[rows]
    return work


def _crew(rng: np.random.Generator, team: int, work: dict, first_agent: int) -> Crew:
    on_call = team not in (world.EU_FRONTLINE, world.US_FRONTLINE)
    begins, ends, place = _shifts_of(team, whole=on_call)
    needs = [_seats(begins, ends, place, *load, world.BUSY[system]) for (system, _), load in work.items()]
    widths = [int(np.ceil(need.max())) or 1 for need in needs]
    rounds = int(place.max()) + 1
    on_duty = sum(widths) * rounds
    agents = first_agent + np.arange(on_duty + max(1, round(on_duty * 0.15)))
    week = (begins // world.DAY + 3) // 7
    week -= week[0]
    people = agents[rng.random((week[-1] + 1, len(agents))).argsort(axis=1)]
    desks, column = [], 0
    for (system, _), need, width in zip(work, needs, widths, strict=True):
        seats = np.maximum(np.ceil(need), 1).astype(np.int64)
        columns = column + place[:, None] * width + np.arange(width)
        taken = np.clip(need / seats, 0, 1) * (ends - begins)
        short = np.maximum(np.ceil(taken / 900) * 900, world.HOUR).astype(np.int64)
        leaves = begins + short if on_call else ends
        desks.append(Desk(system, team, begins, leaves, seats, people[week[:, None], columns]))
        column += width * rounds
    return Crew(agents, desks, people[week][:, on_duty:])


def _shifts_of(team: int, whole: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Begin, end and place in the day of each shift: opening windows, cut where they are too long for one."""
    calendar = team_calendars()[team]
    length = calendar.closes - calendar.opens
    parts = np.ceil(length / (length if whole else LONGEST_SHIFT)).astype(np.int64)
    window, place = within_groups(parts)
    step = length[window] // parts[window]
    begins = calendar.opens[window] + place * step
    return begins, begins + step, place


def _seats(
    begins: np.ndarray, ends: np.ndarray, place: np.ndarray, at: np.ndarray, seconds: np.ndarray, busy: float
) -> np.ndarray:
    """Seats, with fractions, that shifts of the same month, weekday and place need on average."""
    shift = np.searchsorted(begins, at, side="right") - 1
    load = np.bincount(shift, seconds, len(begins)) / (ends - begins)
    month = begins.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    alike = (month - month[0]) * 14 + (begins // world.DAY + 3) % 7 * 2 + place
    mean = np.bincount(alike, load) / np.maximum(np.bincount(alike), 1)
    return mean[alike] / busy


def seat_visitors(
    arrival: np.ndarray, service: np.ndarray, slots: int | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Serve arrivals in turn, each by the first of its `slots` to be free; gives begin and slot."""
    order = np.argsort(arrival, kind="stable")
    slots = np.broadcast_to(slots, arrival.shape)
    free = [0] * int(slots.max(initial=0))
    begins, chosen = [], []
    visits = zip(arrival[order].tolist(), service[order].tolist(), slots[order].tolist(), strict=True)
    for at, seconds, many in visits:
        slot = min(range(many), key=free.__getitem__)
        begin = max(at, free[slot])
        free[slot] = begin + seconds
        begins.append(begin)
        chosen.append(slot)
    result, slot = np.empty_like(arrival), np.empty_like(arrival)
    result[order], slot[order] = begins, chosen
    return result, slot


def agent_tables(
    rng: np.random.Generator, crews: list[Crew], duties: Frame, with_bots: bool
) -> dict[str, Table]:
    """agents (one row per system in which somebody sits), agent_shifts and agent_training of these crews."""
    number, system, team = (
        np.concatenate([column(crew, desk) for crew in crews for desk in crew.desks])
        for column in (
            lambda crew, _: crew.agents,
            lambda crew, desk: np.full(len(crew.agents), desk.system),
            lambda crew, desk: np.full(len(crew.agents), desk.team),
        )
    )
    helpdesk = system != world.LIVECHAT
    return {
        "agents": _agents(rng, number, system, team, with_bots),
        "agent_shifts": _shifts(duties),
        "agent_training": _training(rng, number[helpdesk], system[helpdesk]),
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
    person = number - number.min()
    people = person.max() + 1
    left = np.where(
        rng.random(people) < 0.04, world.PERIOD_END + between(rng, 40, 200, people) * world.DAY, NONE
    )[person]
    hired = (world.PERIOD_START - between(rng, 30, 3000, people) * world.DAY)[person]
    hourly_cost = np.round(world.HOURLY_COST * (0.8 + 0.4 * rng.random(people)), 2)[person]
    table = {
        "agent_id": numbered("a", number),
        "source_system": words(world.SYSTEMS, system),
        "team": words(world.TEAMS, team),
        "is_bot": flags(np.zeros(size, dtype=bool)),
        "hired_at": instants(hired),
        "left_at": instants(left),
        "hourly_cost": decimals(hourly_cost),
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


def roster(rng: np.random.Generator, crews: list[Crew]) -> Frame:
    """Who is on duty or absent when: agent, system, team, begins, ends, away."""
    parts = []
    for crew in crews:
        for desk in crew.desks:
            shift, seat = within_groups(np.where(desk.begins < ROSTER_END, desk.seats, 0))
            parts.append(_duty(desk, shift, desk.roster[shift, seat], away=False))
        first = crew.desks[0]
        worked = sum((desk.ends - desk.begins) @ desk.seats for desk in crew.desks)
        share = world.ABSENT_SHARE * worked / (first.ends - first.begins).sum() / crew.idle.shape[1]
        shift, place = np.nonzero(rng.random(crew.idle.shape) < share)
        parts.append(_duty(first, shift, crew.idle[shift, place], away=True))
    duties = stack(parts)
    return pick(
        duties, (duties["begins"] >= world.PERIOD_START - world.DAY) & (duties["begins"] < ROSTER_END)
    )


def _duty(desk: Desk, shift: np.ndarray, agent: np.ndarray, away: bool) -> Frame:
    size = len(shift)
    return {
        "agent": agent,
        "system": np.full(size, desk.system),
        "team": np.full(size, desk.team),
        "begins": desk.begins[shift],
        "ends": desk.ends[shift],
        "away": np.full(size, away),
    }


def _shifts(duties: Frame) -> Table:
    begins, ends, away = duties["begins"], duties["ends"], duties["away"]
    hours = (ends - begins) / world.HOUR
    pause = np.where(hours > 5, 2700.0, np.where(hours > 2, 900.0, 0.0))
    return {
        "shift_id": numbered(f"s{duties['agent'].min()}-", np.arange(len(begins))),
        "agent_id": numbered("a", duties["agent"]),
        "source_system": words(world.SYSTEMS, duties["system"]),
        "started_at": instants(begins),
        "ended_at": instants(ends),
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
    ("supervision", "", "", 0.50),
    ("bot_platform", "", "web_chat", 0.10),
    ("bot_platform", "", "voice_bot", 0.05),
    ("telephony", "", "phone", 0.20),
    ("licences", "", "", 0.30),
    ("facilities", "", "", 0.35),
    ("training", "", "", 0.08),
    ("other", "", "", 0.05),
)
"""Pool, team, channel, euros per conversation; besides them each team's paid hours."""


def costs(rng: np.random.Generator, conversations: int, duties: Frame, part: float) -> Table:
    """Each pool's cost in each month of the period, in euros; `duties` are of this `part` of the world."""
    months = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
    month = duties["begins"].astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) - 54 * 12
    paid = np.zeros((len(months) + 2, len(world.TEAMS)))
    np.add.at(paid, (month, duties["team"]), (duties["ends"] - duties["begins"]) / world.HOUR / part)
    labour = [("agent_labour", team, "") for team in world.TEAMS]
    rows = [(month, *pool) for month in months for pool in [*labour, *(pool[:3] for pool in POOLS)]]
    month, pool, team, channel = zip(*rows, strict=True)
    others = np.broadcast_to(
        [rate * conversations / len(months) for *_, rate in POOLS], (len(months), len(POOLS))
    )
    amount = np.concatenate([paid[: len(months)] * world.HOURLY_COST, others], axis=1).ravel()
    amount = amount * (0.88 + 0.24 * rng.random(len(rows)))
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
