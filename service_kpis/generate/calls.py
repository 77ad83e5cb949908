"""Calls: menu, queue, talk and transfer, as one row per leg."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from service_kpis.generate import world
from service_kpis.generate.frame import (
    NONE,
    Frame,
    Table,
    between,
    constant,
    decimals,
    draw,
    flags,
    instants,
    integers,
    next_night,
    numbered,
    pick,
    words,
)
from service_kpis.generate.operations import Desk, backoffice, seat_visitors
from service_kpis.generate.tickets import EXCLUSIONS

OUTCOMES = ("answered", "ivr_contained", "abandoned", "voicemail", "callback_requested", "failed")
OUTCOME = np.array([0, 1, 2, 3, 4, 5, 0])
PATIENCE_SECONDS = 420


def legs(rng: np.random.Generator, contacts: Frame, desks: list[Desk]) -> tuple[Frame, Frame]:
    """The first legs (one per contact), and the second legs of transferred calls, answered at these desks."""
    first = _menu(rng, contacts)
    talks = np.isin(first["variant"], (world.ANSWERED, world.CALL_OUTBOUND))
    _answer(rng, first, talks, desks)
    moved = (first["variant"] == world.ANSWERED) & (first["team"] != world.NIGHT_DESK)
    moved &= rng.random(len(moved)) < world.TRANSFER_SHARE
    second = _transfer(rng, pick(first, moved))
    _answer(rng, second, np.ones(moved.sum(), dtype=bool), desks)
    first["resolved"] = np.where(moved, -1, first["resolved"])
    first["last_ended"] = first["ended"].copy()
    first["last_ended"][moved] = second["ended"]
    first["last_resolved"] = first["resolved"].copy()
    first["last_resolved"][moved] = second["resolved"]
    return first, second


def _menu(rng: np.random.Generator, contacts: Frame) -> Frame:
    """The way into the queue, and how calls end that no person answers."""
    size = len(contacts["start"])
    variant, start = contacts["variant"], contacts["start"]
    outbound = variant == world.CALL_OUTBOUND
    failed = variant == world.FAILED
    leg = dict(contacts)
    enters = ~outbound & ~failed
    leg["ivr_started"] = np.where(enters, start + between(rng, 0, 3, size), NONE)
    leg["ivr_ended"] = np.where(enters, leg["ivr_started"] + between(rng, 12, 75, size), NONE)
    longer = variant == world.IVR
    leg["ivr_ended"] = np.where(longer, leg["ivr_ended"] + between(rng, 20, 160, size), leg["ivr_ended"])
    leg["inputs"] = np.where(enters, rng.integers(1, 5, size), -1)
    queues = np.isin(variant, (world.ANSWERED, world.ABANDONED, world.VOICEMAIL, world.CALLBACK))
    leg["queued"] = np.where(queues, leg["ivr_ended"], NONE)
    quick = (variant == world.ABANDONED) & (rng.random(size) < 0.15)
    waited = np.where(quick, between(rng, 1, 5, size), between(rng, 5, 400, size))
    offered = np.isin(variant, (world.VOICEMAIL, world.CALLBACK))
    waited = np.where(offered, between(rng, 20, 240, size), waited)
    ended = np.where(queues, leg["queued"] + waited, leg["ivr_ended"])
    leg["ended"] = np.where(failed, start + between(rng, 1, 20, size), ended)
    leg["answered"] = np.full(size, NONE)
    leg["leg"] = np.full(size, 1)
    leg["arrival"] = np.where(outbound, start + between(rng, 5, 30, size), leg["ivr_ended"])
    _talk(rng, leg)
    return leg


def _talk(rng: np.random.Generator, leg: Frame) -> None:
    size = len(leg["effort"])
    hold = np.minimum(between(rng, 5, 180, size), leg["effort"] // 2)
    leg["hold"] = np.where(rng.random(size) < 0.3, hold, 0)
    leg["wrap"] = between(rng, 5, 120, size)
    # Stated as failed, stated as resolved, not stated.
    to_menu, to_person = draw(rng, (0.05, 0.52, 0.43), size), draw(rng, (0.09, 0.56, 0.35), size)
    said = np.where(leg["variant"] == world.IVR, to_menu, to_person)
    talks = np.isin(leg["variant"], (world.ANSWERED, world.CALL_OUTBOUND, world.IVR))
    leg["resolved"] = np.where(talks & (said < 2), said, -1)
    leg["agent"] = np.full(size, -1)


def _answer(rng: np.random.Generator, leg: Frame, talks: np.ndarray, desks: list[Desk]) -> None:
    """Seats the legs that want a person; whoever waits too long hangs up. Changes `leg`."""
    for desk in desks:
        rows = np.flatnonzero(talks & (leg["team"] == desk.team))
        if not len(rows):
            continue
        service = leg["effort"][rows] + leg["wrap"][rows]
        ringing = np.clip(rng.lognormal(np.log(7), 0.7, len(rows)), 2, 120).astype(np.int64)
        arrival = leg["arrival"][rows] + ringing * (leg["variant"][rows] == world.ANSWERED)
        begin, seat = seat_visitors(arrival, service, desk.seats[desk.shift(arrival)])
        waited = begin - leg["arrival"][rows]
        patient = waited < rng.exponential(PATIENCE_SECONDS, len(rows)) + 30
        patient |= (leg["leg"][rows] == 2) | (leg["variant"][rows] == world.CALL_OUTBOUND)
        served, gone = rows[patient], rows[~patient]
        leg["answered"][served] = begin[patient]
        leg["ended"][served] = begin[patient] + leg["effort"][served]
        leg["agent"][served] = desk.agent(seat[patient], arrival[patient])
        leg["variant"][gone] = world.ABANDONED
        leg["resolved"][gone] = -1
        leg["ended"][gone] = leg["queued"][gone] + np.minimum(waited[~patient] - 1, 1800)


def _transfer(rng: np.random.Generator, first: Frame) -> Frame:
    size = len(first["start"])
    leg = dict(first)
    leg["start"] = first["ended"].copy()
    leg["ivr_started"], leg["ivr_ended"] = np.full(size, NONE), np.full(size, NONE)
    leg["inputs"] = np.full(size, -1)
    leg["queued"] = leg["start"].copy()
    leg["arrival"] = leg["start"]
    leg["answered"] = np.full(size, NONE)
    leg["ended"] = leg["start"].copy()
    leg["team"] = backoffice(first["team"])
    leg["effort"] = between(rng, 60, 600, size)
    leg["leg"] = np.full(size, 2)
    _talk(rng, leg)
    return leg


def table(leg: Frame, identity: Table) -> Table:
    """calls rows, with `_contact`; `leg` are first legs and second legs stacked."""
    size = len(leg["start"])
    second = leg["leg"] == 2
    talked = leg["answered"] != NONE
    root = numbered("L", leg["number"])
    own = numbered("L", np.where(second, leg["number"], -1), "-2")
    return {
        "_contact": leg["contact"],
        "call_id": pc.coalesce(own, root),
        "source_system": constant(world.SYSTEMS[world.TELEPHONY], size),
        "root_call_id": root,
        "direction": words(("inbound", "outbound"), (leg["variant"] == world.CALL_OUTBOUND).astype(np.int64)),
        **identity,
        "topic": words(world.TOPIC_NAMES, leg["landed_topic"]),
        "subtopic": words(world.SUBTOPICS, np.where(leg["landed_topic"] < 0, -1, leg["subtopic"])),
        "started_at": instants(leg["start"]),
        "ivr_started_at": instants(leg["ivr_started"]),
        "ivr_ended_at": instants(leg["ivr_ended"]),
        "ivr_inputs": integers(leg["inputs"]),
        "queued_at": instants(leg["queued"]),
        "answered_at": instants(leg["answered"]),
        "ended_at": instants(leg["ended"]),
        "hold_seconds": decimals(np.where(talked, leg["hold"], np.nan)),
        "wrap_seconds": decimals(np.where(talked, leg["wrap"], np.nan)),
        "outcome": words(OUTCOMES, OUTCOME[leg["variant"]]),
        "resolved": flags(leg["resolved"] == 1, leg["resolved"] >= 0),
        "agent_id": numbered("a", leg["agent"]),
        "team": words(world.TEAMS, np.where(talked, leg["team"], -1)),
        "loaded_at": instants(next_night(leg["ended"])),
    }


def facts(first: Frame) -> Frame:
    """What happened in each call, over its legs."""
    variant = first["variant"]
    size = len(variant)
    no = np.zeros(size, dtype=bool)
    by_human = first["answered"] != NONE
    by_bot = variant == world.IVR
    said = first["last_resolved"]
    excluded = np.full(size, -1)
    excluded[variant == world.FAILED] = EXCLUSIONS.index("failed")
    excluded[variant == world.CALL_OUTBOUND] = EXCLUSIONS.index("outbound")
    return {
        "contact": first["contact"],
        "seq": np.full(size, 1),
        "started_at": first["start"],
        "ended_at": first["last_ended"],
        "resolved_at": np.full(size, NONE),
        "is_resolved": np.where(said >= 0, said == 1, by_human | by_bot),
        "is_stated": said == 1,
        "is_escalated": no,
        "is_reopened": no,
        "by_bot": by_bot,
        "by_human": by_human,
        "bot_took_part": by_bot,
        "bot_abandoned": by_bot & (said == 0),
        "team": np.where(by_human, first["team"], -1),
        "excluded": excluded,
    }
