"""People, their needs, and the chain of contacts that each need unrolls to."""

from __future__ import annotations

import numpy as np

from service_kpis.generate import world
from service_kpis.generate.clock import add_business, draw_starts, local_hour, team_calendars
from service_kpis.generate.frame import Frame, between, draw, pick, stack

CONTACTS_PER_PERSON = 2.3
"""Low on purpose: too many people are planned, and the last ones left out."""


def plan(rng: np.random.Generator, size: int, first_person: int) -> Frame:
    """Contacts of about `size` conversations, sorted by person.

    Columns: person (from `first_person` up), zone, need, parent (row of the contact before in the chain, else
    -1), kind, channel, variant, topic, subtopic, team, start, effort (seconds: ticket's business time to the
    solve, talk or chat with a person), likely_end, is_revived.
    """
    people = int(size / CONTACTS_PER_PERSON) + 100
    zone = draw(rng, world.ZONE_SHARES, people)
    needs = np.minimum(1 + (rng.pareto(1.6, people) * 0.8).astype(np.int64), 40)
    person = np.repeat(np.arange(people), needs)
    roots = {
        "person": person,
        "zone": zone[person],
        "need": np.arange(len(person)),
        "parent": np.full(len(person), -1),
        "start": draw_starts(rng, zone[person]),
    }
    roots |= draw_topics(rng, roots["start"])
    contacts = unroll(rng, roots)
    contacts = stack([contacts, merged(rng, contacts)])
    contacts = _sorted_by_person(contacts)
    contacts = _first_people(contacts, size)
    contacts["person"] = contacts["person"] + first_person
    return contacts


def draw_topics(rng: np.random.Generator, start: np.ndarray) -> Frame:
    """A topic and subtopic per need; during the promotion often one of its topics."""
    topic = draw(rng, world.TOPIC_SHARES, len(start))
    promoted = (start >= world.PROMOTION[1]) & (start < world.PROMOTION[2])
    promoted &= rng.random(len(start)) < world.PROMOTION_TOPIC_SHARE
    topic[promoted] = rng.choice(world.PROMOTION_TOPICS, promoted.sum())
    return {"topic": topic, "subtopic": draw(rng, (0.5, 0.35, 0.15), len(start))}


def unroll(rng: np.random.Generator, roots: Frame) -> Frame:
    """Each need's contacts: after each one the customer may come back."""
    generations, offset = [], 0
    current = contact(rng, roots, None)
    for _ in range(world.LONGEST_CHAIN):
        if not len(current["person"]):
            break
        generations.append(current)
        returning = comes_back(rng, current)
        following = pick(current, returning)
        following["start"] = comes_back_at(rng, following)
        following["parent"] = offset + np.flatnonzero(returning)
        offset += len(current["person"])
        following = pick(following, following["start"] < world.PERIOD_END)
        current = contact(rng, following, following)
    return stack(generations)


def contact(rng: np.random.Generator, base: Frame, before: Frame | None) -> Frame:
    """How each contact goes: channel, variant, team, effort, likely end; `before` is the one it follows."""
    size = len(base["person"])
    kind, channel = _channel(rng, size, before)
    tier = world.TOPIC_TIERS[base["topic"]]
    variant = np.zeros(size, dtype=np.int64)
    for k, variants in enumerate(world.VARIANTS):
        for t in range(len(world.TIERS)):
            rows = np.flatnonzero((kind == k) & (tier == t))
            variant[rows] = draw(rng, [shares[t] for _, shares, _ in variants], len(rows))
    if before is not None:
        # Only a first contact may be one that the company began or that is no enquiry at all.
        variant[_factor(kind, variant) == 0] = 0
    spoken = (channel == world.VOICE_BOT) & np.isin(variant, (world.HUMAN, world.QUEUE_ABANDONED))
    variant[spoken] = world.HANDOVER
    team = _team(rng, kind, base["zone"], base["start"])
    kept = {name: base[name] for name in ("person", "zone", "need", "parent", "topic", "subtopic", "start")}
    result = kept | {"kind": kind, "channel": channel, "team": team}
    result["variant"] = _when_closed(rng, kind, variant, team)
    result["effort"] = _effort(rng, kind, tier)
    result["likely_end"] = _likely_end(result)
    revived = (kind == world.TICKET) & (variant == world.SOLVED) & (rng.random(size) < world.REVIVED_SHARE)
    result["is_revived"] = revived
    return result


def comes_back(rng: np.random.Generator, contacts: Frame) -> np.ndarray:
    """Whether the customer comes back about the same need."""
    share = np.asarray(world.RETURN_SHARE)[world.TOPIC_TIERS[contacts["topic"]]]
    share = (
        share
        * _factor(contacts["kind"], contacts["variant"])
        * np.where(in_drop(contacts), world.FCR_DROP_FACTOR, 1)
    )
    return rng.random(len(share)) < np.minimum(share, world.RETURN_LIMIT)


def comes_back_at(rng: np.random.Generator, before: Frame) -> np.ndarray:
    """When; rarely in the small hours of the customer's zone."""
    size = len(before["person"])
    gap = draw(rng, [share for *_, share in world.RETURN_GAPS], size)
    low, high = np.array([(low, high) for low, high, _ in world.RETURN_GAPS]).T
    low, high = low[gap], high[gap]
    high = np.where(low >= 168, np.exp(rng.uniform(np.log(200), np.log(840), size)), high)
    soon = in_drop(before)
    low, high = np.where(soon, 0.25, low), np.where(soon, 45, high)
    start = before["likely_end"] + between(rng, low * world.HOUR, high * world.HOUR, size)
    asleep = (local_hour(before["zone"], start) < 7) & (rng.random(size) < 0.85)
    return start + np.where(asleep, between(rng, 4 * world.HOUR, 8 * world.HOUR, size), 0)


def in_drop(contacts: Frame) -> np.ndarray:
    """Contacts of the planted FCR drop."""
    topic, first, last = world.FCR_DROP
    start = contacts["start"]
    return (contacts["topic"] == world.TOPIC_NAMES.index(topic)) & (start >= first) & (start < last)


def merged(rng: np.random.Generator, contacts: Frame) -> Frame:
    """Second tickets about the same thing that an agent merges into the first one."""
    solved = (contacts["kind"] == world.TICKET) & (contacts["variant"] == world.SOLVED)
    rows = np.flatnonzero(solved & (rng.random(len(solved)) < world.MERGED_SHARE))
    child = pick(contacts, rows)
    late = rng.random(len(rows)) < world.LATE_MERGED_SHARE
    soon_at = child["start"] + between(rng, 300, 3600, len(rows))
    late_at = child["likely_end"] + between(rng, 50 * world.HOUR, 90 * world.HOUR, len(rows))
    child["parent"] = rows
    child["start"] = np.where(late, late_at, soon_at)
    child["variant"] = np.full(len(rows), world.MERGED)
    child["effort"] = between(rng, 600, 7200, len(rows))
    child["likely_end"] = child["start"] + child["effort"]
    child["is_revived"] = np.zeros(len(rows), dtype=bool)
    return pick(child, child["start"] < world.PERIOD_END - world.HOUR)


def _factor(kind: np.ndarray, variant: np.ndarray) -> np.ndarray:
    table = np.ones((len(world.VARIANTS), max(map(len, world.VARIANTS))))
    for k, variants in enumerate(world.VARIANTS):
        table[k, : len(variants)] = [factor for *_, factor in variants]
    return table[kind, variant]


def _channel(rng: np.random.Generator, size: int, before: Frame | None) -> tuple[np.ndarray, np.ndarray]:
    kind = draw(rng, world.KIND_SHARES, size)
    if before is not None:
        bot = (before["kind"] == world.CHAT) & np.isin(
            before["variant"], (world.BOT, world.BOT_ABANDONED, world.HANDOVER_LOST)
        )
        kind[bot & (rng.random(size) < world.BOT_THEN_CALL_SHARE)] = world.CALL
    channel = np.zeros(size, dtype=np.int64)
    for k, shares in enumerate(world.CHANNEL_SHARES):
        rows = np.flatnonzero(kind == k)
        codes = np.array([code for code, _ in shares])
        channel[rows] = codes[draw(rng, [share for _, share in shares], len(rows))]
    if before is not None:
        same = ~bot & (rng.random(size) < world.SAME_CHANNEL_SHARE)
        kind, channel = np.where(same, before["kind"], kind), np.where(same, before["channel"], channel)
    return kind, channel


def _team(rng: np.random.Generator, kind: np.ndarray, zone: np.ndarray, start: np.ndarray) -> np.ndarray:
    """The team that takes it. Live contacts: one that is open now, else -1."""
    is_open = [team_calendars()[team].is_open(start) for team in range(3)]
    home = np.where(zone == 0, world.EU_FRONTLINE, world.US_FRONTLINE)
    away = np.where(zone == 0, world.US_FRONTLINE, world.EU_FRONTLINE)
    table = np.stack(is_open)
    everywhere = np.arange(len(zone))
    live = np.where(table[away, everywhere], away, -1)
    live = np.where(is_open[world.NIGHT_DESK], world.NIGHT_DESK, live)
    live = np.where(table[home, everywhere], home, live)
    night = (zone == 0) & is_open[world.NIGHT_DESK] & (rng.random(len(zone)) < 0.6)
    return np.where(kind == world.TICKET, np.where(night, world.NIGHT_DESK, home), live)


def _when_closed(
    rng: np.random.Generator, kind: np.ndarray, variant: np.ndarray, team: np.ndarray
) -> np.ndarray:
    """Nobody is there to answer: what becomes of calls and chats that wanted a person."""
    closed = team < 0
    call = closed & (kind == world.CALL) & np.isin(variant, (world.ANSWERED, world.CALL_OUTBOUND))
    instead = np.array([world.ABANDONED, world.VOICEMAIL, world.CALLBACK, world.IVR])
    variant = np.where(call, instead[draw(rng, (0.3, 0.3, 0.15, 0.25), len(kind))], variant)
    chat = closed & (kind == world.CHAT)
    bot = rng.random(len(kind)) < 0.55
    handed = np.where(bot, world.BOT, world.HANDOVER_LOST)
    waiting = np.where(bot, world.BOT, world.QUEUE_ABANDONED)
    variant = np.where(chat & (variant == world.HANDOVER), handed, variant)
    return np.where(chat & (variant == world.HUMAN), waiting, variant)


def _effort(rng: np.random.Generator, kind: np.ndarray, tier: np.ndarray) -> np.ndarray:
    size = len(kind)
    fast = rng.random(size) < np.asarray(world.FAST_TICKET_SHARE)[tier]
    quick = np.clip(rng.lognormal(np.log(1100), 0.7, size), 180, 3580)
    slow = np.clip(rng.lognormal(np.log(16000), 0.9, size), 3700, 200_000)
    longer = 1 + 0.35 * tier
    chat = np.clip(rng.lognormal(np.log(330), 0.5, size) * longer, 60, 3600)
    call = np.clip(rng.lognormal(np.log(190), 0.6, size) * longer, 25, 3600)
    return np.choose(kind, [np.where(fast, quick, slow), chat, call]).astype(np.int64)


def _likely_end(contacts: Frame) -> np.ndarray:
    kind, start, effort = contacts["kind"], contacts["start"], contacts["effort"]
    end = start + effort + np.where(kind == world.CHAT, 400, 240)
    ticket = np.flatnonzero(kind == world.TICKET)
    solved = add_business(contacts["team"][ticket], start[ticket], effort[ticket])
    waited = contacts["variant"][ticket] != world.SOLVED
    end[ticket] = np.where(waited, start[ticket] + world.DAY, solved)
    return end


def _sorted_by_person(contacts: Frame) -> Frame:
    order = np.lexsort((contacts["start"], contacts["person"]))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    contacts = pick(contacts, order)
    parent = contacts["parent"]
    contacts["parent"] = np.where(parent < 0, -1, place[parent])
    return contacts


def _first_people(contacts: Frame, size: int) -> Frame:
    """The first people whose conversations make up `size`; rows stay sorted, so parents stay in place."""
    conversations = np.cumsum(1 + contacts["is_revived"])
    last = np.searchsorted(conversations, size)
    if last >= len(conversations):
        raise ValueError("too few people planned")
    cut = np.searchsorted(contacts["person"], contacts["person"][last])
    return pick(contacts, np.arange(cut))
