"""Tickets: each one's timeline, and from it the landing rows and the planted facts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from service_kpis.generate import world
from service_kpis.generate.clock import add_business
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
    next_night,
    numbered,
    present,
    stack,
    words,
)
from service_kpis.generate.operations import Desk, backoffice

ROUNDS = 4
CUSTOMER, AGENT, ROBOT, SYSTEM = range(4)
SENDERS = ("customer", "agent", "bot", "system")
EVENTS = (
    "status_change",
    "assignment",
    "team_change",
    "priority_change",
    "escalation",
    "merge",
    "work_logged",
)
STATUS, ASSIGNMENT, TEAM, PRIORITY, ESCALATION, MERGE, WORK = range(7)
PRIORITIES = ("low", "normal", "high", "urgent")
STATUSES = ("new", "open", "pending", "solved", "closed", "spam", "deleted", "test")
NEW, OPEN, PENDING, DONE, CLOSED = range(5)
VALUES = (*STATUSES, *PRIORITIES, *world.TEAMS)
TEAM_VALUE = len(STATUSES) + len(PRIORITIES)
ODD_STATUS = {world.SPAM: "spam", world.DELETED: "deleted", world.TEST: "test"}


def timelines(rng: np.random.Generator, contacts: Frame) -> Frame:
    """Instants of every step of each ticket in `contacts`, `NONE` where it does not happen.

    `replied_0..3` are the agent's replies, `asked_1..3` the customer's messages before them. After the first
    solve the customer may write within 24 hours (`wrote`), or later and begin a new conversation (`revived`).
    What was left unsolved or unanswered is tidied up days or weeks later, but for a few forgotten ones.
    Steps after the end of the period are `NONE`.
    """
    size = len(contacts["start"])
    start, variant, effort, team = (contacts[c] for c in ("start", "variant", "effort", "team"))
    solved = variant == world.SOLVED
    outbound = variant == world.OUTBOUND
    worked = solved | outbound | (variant == world.UNSOLVED)
    line: Frame = {"created": start}
    chance = rng.random
    line["acknowledged"] = _when(~outbound & (chance(size) < 0.6), start + between(rng, 2, 30, size))
    line["bot_replied"] = _when(
        np.isin(variant, (world.SOLVED, world.UNSOLVED)) & (chance(size) < 0.08),
        start + between(rng, 20, 100, size),
    )
    _replies(rng, line, team, effort, worked)
    last_reply = line["last_reply"]
    handled = np.where(last_reply != NONE, last_reply, add_business(team, start, effort))
    pause = np.where(chance(size) < 0.7, 0, between(rng, 1, 20, size))
    merged = variant == world.MERGED
    closing = solved | outbound | merged | (variant == world.SILENT)
    left = np.isin(variant, (world.UNSOLVED, world.UNANSWERED))
    tidied = left & (chance(size) >= world.FORGOTTEN_SHARE)
    solved_at = np.where(merged, start + effort, handled + pause)
    solved_at = np.where(tidied, _much_later(rng, team, handled), solved_at)
    line["solved"] = _when(closing | tidied, solved_at)
    picked = worked | (variant == world.SILENT) | tidied
    first = np.where(line["replied_0"] != NONE, line["replied_0"], line["solved"])
    lead = np.maximum(5, np.minimum((first - start) // 3, between(rng, 20, 400, size)))
    line["picked_up"] = _when(picked, np.where(outbound, start, first - lead))
    line["noted"] = _when(solved & (chance(size) < 0.12), np.where(solved, last_reply - 2, 0))
    line["merged"] = _when(merged, line["solved"])
    tier = world.TOPIC_TIERS[contacts["topic"]]
    escalates = np.isin(variant, (world.SOLVED, world.UNSOLVED)) & (team != world.NIGHT_DESK)
    escalates &= chance(size) < np.asarray(world.ESCALATED_SHARE)[tier]
    line["escalated"] = _when(escalates, np.where(line["replied_1"] != NONE, first + 1, first - 2))
    line["prioritised"] = _when(picked & (chance(size) < 0.06), line["picked_up"] + 1)
    line["marked"] = _when(np.isin(variant, tuple(ODD_STATUS)), start + between(rng, 300, 20_000, size))
    _afterwards(rng, line, contacts, solved)
    for name, at in line.items():
        line[name] = _when(present(at, world.PERIOD_END), at)
    return line


def _replies(
    rng: np.random.Generator, line: Frame, team: np.ndarray, effort: np.ndarray, worked: np.ndarray
) -> None:
    """Agent replies in business time, the last one at the whole effort, customer messages in between."""
    size = len(effort)
    start = line["created"]
    more = np.where(effort < 3600, draw(rng, (0.85, 0.15), size), draw(rng, (0.25, 0.35, 0.25, 0.15), size))
    count = np.where(worked, 1 + more, 0)
    before = start
    line["last_reply"] = np.full(size, NONE)
    for number in range(ROUNDS):
        share = ((number + 1) / np.maximum(count, 1)) ** 1.3
        at = add_business(team, start, (effort * np.minimum(share, 1)).astype(np.int64))
        at = np.maximum(at, before + 5)
        line[f"replied_{number}"] = _when(number < count, at)
        if number:
            asked = before + np.maximum(1, ((at - before) * (0.1 + 0.7 * rng.random(size))).astype(np.int64))
            line[f"asked_{number}"] = _when(number < count, asked)
        line["last_reply"] = np.where(number < count, at, line["last_reply"])
        before = at


def _afterwards(rng: np.random.Generator, line: Frame, contacts: Frame, solved: np.ndarray) -> None:
    """What customers write after the solve, and the closing by the system four days after the last solve."""
    size = len(solved)
    team = np.where(line["escalated"] != NONE, backoffice(contacts["team"]), contacts["team"])
    what = draw(
        rng, (1 - world.THANKS_SHARE - world.REOPENED_SHARE, world.THANKS_SHARE, world.REOPENED_SHARE), size
    )
    what = np.where(solved, what, 0)
    first = line["solved"]
    wrote = first + between(rng, 60, 20 * world.HOUR, size)
    reopened = np.flatnonzero(what == 2)
    exact = reopened[: edge_count(len(reopened))]
    wrote[exact] = first[exact] + world.DAY
    line["wrote"] = _when(what > 0, wrote)
    wrote = np.where(what > 0, wrote, line["created"])
    again = add_business(team, wrote, between(rng, 300, 14_000, size))
    line["replied_again"] = _when(what == 2, again)
    line["solved_again"] = _when(what > 0, again + between(rng, 0, 15, size))
    last = np.where(what > 0, line["solved_again"], first)
    comes = solved & contacts["is_revived"]
    revived = np.where(comes, last, 0) + between(rng, world.DAY + 60, 90 * world.HOUR, size)
    rows = np.flatnonzero(comes)
    exact = rows[: edge_count(len(rows))]
    revived[exact] = last[exact] + world.DAY + 1
    line["revived"] = _when(comes, revived)
    revived = np.where(comes, revived, line["created"])
    answer = add_business(team, revived, rng.lognormal(np.log(2500), 1.0, size).astype(np.int64) + 60)
    line["replied_revived"] = _when(comes & (rng.random(size) < 0.95), answer)
    done = comes & (line["replied_revived"] != NONE) & (rng.random(size) < 0.93)
    tidied = comes & ~done & (rng.random(size) >= world.FORGOTTEN_SHARE)
    done_at = np.where(done, answer + between(rng, 0, 15, size), _much_later(rng, team, answer))
    line["solved_revived"] = _when(done | tidied, done_at)
    last = np.where(comes, line["solved_revived"], last)
    line["closed"] = _when(last != NONE, last + 4 * world.DAY)


def _much_later(rng: np.random.Generator, team: np.ndarray, at: np.ndarray) -> np.ndarray:
    """When a team tidies up what was left lying."""
    days = np.clip(rng.lognormal(np.log(world.LATE_DAYS), 0.9, len(at)), 1, 90)
    return add_business(team, at + (days * world.DAY).astype(np.int64), between(rng, 60, 20_000, len(at)))


def edge_count(rows: int) -> int:
    """How many of so many rows are planted exactly at the edge of a rule."""
    return min(rows, max(2, rows // 500))


def _when(condition: np.ndarray, at: np.ndarray) -> np.ndarray:
    return np.where(condition, at, NONE)


# Who works on them ----------------------------------------------------------------------------------


def staff(rng: np.random.Generator, contacts: Frame, line: Frame, desks: list[Desk]) -> Frame:
    """Each ticket's first agent and back-office agent (-1 = none): who is on duty at these desks."""
    size = len(line["created"])
    people = {"agent": np.full(size, -1), "specialist": np.full(size, -1)}
    for desk in desks:
        second = desk.team in (world.EU_BACKOFFICE, world.US_BACKOFFICE)
        at = line["escalated"] if second else line["picked_up"]
        its_team = backoffice(contacts["team"]) if second else contacts["team"]
        rows = np.flatnonzero((contacts["system"] == desk.system) & (its_team == desk.team) & (at != NONE))
        seat = (rng.random(len(rows)) * desk.seats[desk.shift(at[rows])]).astype(np.int64)
        people["specialist" if second else "agent"][rows] = desk.agent(seat, at[rows])
    return people


# Landing rows ---------------------------------------------------------------------------------------


class _Log:
    """Collects rows of one step after the other."""

    def __init__(self, **defaults: int | float | bool) -> None:
        self.defaults = defaults
        self.frames: list[Frame] = []

    def add(self, at: np.ndarray, **columns: np.ndarray | int | float | bool) -> None:
        """One row per ticket to which the step happened."""
        rows = np.flatnonzero(at != NONE)
        frame = {"row": rows, "at": at[rows]}
        for name, default in self.defaults.items():
            value = columns.get(name, default)
            full = isinstance(value, np.ndarray)
            frame[name] = value[rows] if full else np.full(len(rows), value)
        self.frames.append(frame)

    def frame(self) -> Frame:
        return stack(self.frames)


def messages(contacts: Frame, line: Frame, people: Frame) -> Table:
    """ticket_messages rows, with `_contact`, the row of the contact."""
    log = _Log(sender=CUSTOMER, agent=-1, is_public=True, is_automated=False)
    agent, second = people["agent"], _later_agent(people)
    outbound = contacts["variant"] == world.OUTBOUND
    log.add(
        line["created"],
        sender=np.where(outbound, AGENT, CUSTOMER),
        agent=np.where(outbound, agent, -1),
    )
    log.add(line["acknowledged"], sender=SYSTEM, is_automated=True)
    log.add(line["bot_replied"], sender=ROBOT)
    log.add(line["noted"], sender=AGENT, agent=second, is_public=False)
    for number in range(ROUNDS):
        at = line[f"replied_{number}"]
        writer = np.where((line["escalated"] != NONE) & (line["escalated"] <= at), second, agent)
        log.add(at, sender=AGENT, agent=writer)
        if number:
            log.add(line[f"asked_{number}"])
    log.add(line["wrote"])
    log.add(line["replied_again"], sender=AGENT, agent=second)
    log.add(line["revived"])
    log.add(line["replied_revived"], sender=AGENT, agent=second)
    rows = log.frame()
    row, sender = rows["row"], rows["sender"]
    size = len(row)
    first = int(contacts["number"].min()) * 16 if size else 0
    writer = numbered("a", np.where(sender == AGENT, rows["agent"], -1))
    robot = pa.array(sender == ROBOT)
    return {
        "_contact": contacts["contact"][row],
        "message_id": numbered("tm", first + np.arange(size)),
        "ticket_id": numbered("T", contacts["number"][row]),
        "source_system": words(world.SYSTEMS, contacts["system"][row]),
        "sent_at": instants(rows["at"]),
        "sender_type": words(SENDERS, sender),
        "sender_id": pc.if_else(robot, "bot_mail", writer),
        "is_public": flags(rows["is_public"].astype(bool)),
        "is_automated": flags(rows["is_automated"].astype(bool)),
        "loaded_at": instants(next_night(rows["at"])),
    }


def events(rng: np.random.Generator, contacts: Frame, line: Frame, people: Frame) -> Table:
    """ticket_events rows, with `_contact`."""
    log = _Log(type=STATUS, actor=AGENT, agent=-1, old=-1, new=-1, to_agent=-1, work=np.nan)
    agent, second = people["agent"], _later_agent(people)
    status = _Status(log, line["created"])
    log.add(line["picked_up"], type=ASSIGNMENT, actor=SYSTEM, to_agent=agent)
    status.add(line["picked_up"], OPEN, agent=agent)
    log.add(line["prioritised"], type=PRIORITY, agent=agent, old=len(STATUSES) + 1, new=len(STATUSES) + 2)
    log.add(line["escalated"], type=ESCALATION, agent=agent)
    log.add(
        line["escalated"],
        type=TEAM,
        agent=agent,
        old=TEAM_VALUE + contacts["team"],
        new=TEAM_VALUE + backoffice(contacts["team"]),
    )
    log.add(line["escalated"], type=ASSIGNMENT, agent=agent, to_agent=people["specialist"])
    for number in range(ROUNDS):
        at = line[f"replied_{number}"]
        writer = np.where((line["escalated"] != NONE) & (line["escalated"] <= at), second, agent)
        if number:
            status.add(line[f"asked_{number}"], OPEN, actor=SYSTEM)
        log.add(at, type=WORK, agent=writer, work=_work(rng, len(at)))
        status.add(_when(_waits(contacts, line, at), at), PENDING, agent=writer)
    log.add(line["merged"], type=MERGE, actor=AGENT)
    status.add(line["solved"], DONE, agent=second)
    status.add(line["wrote"], OPEN, actor=SYSTEM)
    log.add(line["replied_again"], type=WORK, agent=second, work=_work(rng, len(second)))
    status.add(line["solved_again"], DONE, agent=second)
    status.add(line["revived"], OPEN, actor=SYSTEM)
    log.add(line["replied_revived"], type=WORK, agent=second, work=_work(rng, len(second)))
    status.add(line["solved_revived"], DONE, agent=second)
    status.add(line["closed"], CLOSED, actor=SYSTEM)
    odd = np.array([STATUSES.index(ODD_STATUS.get(v, "new")) for v in range(len(world.TICKET_VARIANTS))])
    status.add(line["marked"], odd[contacts["variant"]])
    rows = log.frame()
    row = rows["row"]
    size = len(row)
    first = int(contacts["number"].min()) * 24 if size else 0
    to_agent = numbered("a", rows["to_agent"])
    return {
        "_contact": contacts["contact"][row],
        "event_id": numbered("te", first + np.arange(size)),
        "ticket_id": numbered("T", contacts["number"][row]),
        "source_system": words(world.SYSTEMS, contacts["system"][row]),
        "occurred_at": instants(rows["at"]),
        "event_type": words(EVENTS, rows["type"]),
        "actor_type": words(SENDERS, rows["actor"]),
        "actor_id": numbered("a", rows["agent"]),
        "from_value": words(VALUES, rows["old"]),
        "to_value": pc.coalesce(words(VALUES, rows["new"]), to_agent),
        "work_seconds": decimals(rows["work"]),
        "loaded_at": instants(next_night(rows["at"])),
    }


class _Status:
    """Writes status changes, remembering each ticket's status."""

    def __init__(self, log: _Log, created: np.ndarray) -> None:
        self.log = log
        self.now = np.full(len(created), NEW)

    def add(self, at: np.ndarray, new: int | np.ndarray, **columns: np.ndarray | int) -> None:
        changes = (at != NONE) & (self.now != new)
        self.log.add(_when(changes, at), old=self.now, new=new, **columns)
        self.now = np.where(changes, new, self.now)


def final_status(contacts: Frame, line: Frame) -> np.ndarray:
    """Status of each ticket at the end of the period, as an index into `STATUSES`."""
    steps = [(line["picked_up"], OPEN)]
    for number in range(ROUNDS):
        if number:
            steps.append((line[f"asked_{number}"], OPEN))
        at = line[f"replied_{number}"]
        steps.append((_when(_waits(contacts, line, at), at), PENDING))
    steps += [(line["solved"], DONE), (line["wrote"], OPEN), (line["solved_again"], DONE)]
    steps += [(line["revived"], OPEN), (line["solved_revived"], DONE), (line["closed"], CLOSED)]
    status = np.full(len(line["created"]), NEW)
    for at, new in steps:
        status = np.where(at != NONE, new, status)
    for variant, word in ODD_STATUS.items():
        marked = (contacts["variant"] == variant) & (line["marked"] != NONE)
        status = np.where(marked, STATUSES.index(word), status)
    return status


def _waits(contacts: Frame, line: Frame, replied: np.ndarray) -> np.ndarray:
    """After this reply the ticket waits for the customer."""
    return (replied != line["last_reply"]) | (contacts["variant"] == world.UNSOLVED)


def table(rng: np.random.Generator, contacts: Frame, line: Frame, people: Frame, identity: Table) -> Table:
    """tickets rows, with `_contact`."""
    size = len(line["created"])
    updated = np.max(np.stack(list(line.values())), axis=0)
    last_solve = np.max(np.stack([line["solved"], line["solved_again"], line["solved_revived"]]), axis=0)
    team = current_team(contacts, line)
    priority = draw(rng, (0.15, 0.70, 0.12, 0.03), size)
    due = add_business(contacts["team"], contacts["start"], np.full(size, 16 * world.HOUR))
    return {
        "_contact": contacts["contact"],
        "ticket_id": numbered("T", contacts["number"]),
        "source_system": words(world.SYSTEMS, contacts["system"]),
        **identity,
        "channel": words(world.CHANNELS, contacts["channel"]),
        "topic": words(world.TOPIC_NAMES, contacts["landed_topic"]),
        "subtopic": words(world.SUBTOPICS, np.where(contacts["landed_topic"] < 0, -1, contacts["subtopic"])),
        "priority": words(PRIORITIES, np.where(line["prioritised"] != NONE, 2, priority)),
        "status": words(STATUSES, final_status(contacts, line)),
        "created_at": instants(line["created"]),
        "updated_at": instants(updated),
        "solved_at": instants(last_solve),
        "closed_at": instants(line["closed"]),
        "due_at": instants(_when(rng.random(size) < 0.9, due)),
        "assigned_agent_id": numbered("a", _later_agent(people)),
        "team": words(world.TEAMS, team),
        "merged_into_ticket_id": numbered("T", contacts["merged_into"]),
        "follow_up_of_ticket_id": numbered("T", contacts["follow_up_of"]),
        "call_id": numbered("C", np.full(size, NONE)),
        "chat_id": numbered("H", np.full(size, NONE)),
        "is_outbound": flags(contacts["variant"] == world.OUTBOUND),
        "language": words(("de", "en"), contacts["zone"]),
        "brand": constant("northwind", size),
        "loaded_at": instants(next_night(updated)),
    }


def current_team(contacts: Frame, line: Frame) -> np.ndarray:
    """The team at the end of the period; -1 for tickets that nobody took up."""
    team = np.where(line["escalated"] != NONE, backoffice(contacts["team"]), contacts["team"])
    return np.where((contacts["variant"] == world.UNANSWERED) & (contacts["number"] % 3 == 0), -1, team)


def _later_agent(people: Frame) -> np.ndarray:
    return np.where(people["specialist"] >= 0, people["specialist"], people["agent"])


def _work(rng: np.random.Generator, size: int) -> np.ndarray:
    return np.round(np.clip(rng.lognormal(np.log(350), 0.6, size), 30, 2400))


# Planted facts --------------------------------------------------------------------------------------


def facts(contacts: Frame, line: Frame) -> Frame:
    """What happened in each conversation: the ticket's first one, and the revived ones after them."""
    first = _first_conversation(contacts, line)
    revived = np.flatnonzero(line["revived"] != NONE)
    second = _revived_conversation(contacts, line, revived)
    return stack([first, second])


def first_response(line: Frame) -> np.ndarray:
    """The first public answer by an agent or bot; `NONE` without one."""
    huge = np.iinfo(np.int64).max
    at = np.full(len(line["created"]), huge)
    for name in ("bot_replied", "replied_0"):
        at = np.minimum(at, np.where(line[name] == NONE, huge, line[name]))
    return np.where(at == huge, NONE, at)


def _first_conversation(contacts: Frame, line: Frame) -> Frame:
    outbound = contacts["variant"] == world.OUTBOUND
    replies = [line["bot_replied"], *(line[f"replied_{n}"] for n in range(ROUNDS)), line["replied_again"]]
    replies.append(_when(outbound, line["created"]))
    last_reply = np.max(np.stack(replies), axis=0)
    asked = [line[f"asked_{n}"] for n in range(1, ROUNDS)]
    last_public = np.max(
        np.stack([last_reply, line["created"], line["acknowledged"], line["wrote"], *asked]), axis=0
    )
    wrote = line["wrote"] != NONE
    solve = np.where(wrote, line["solved_again"], line["solved"])
    odd = np.isin(contacts["variant"], tuple(ODD_STATUS)) & (line["marked"] != NONE)
    is_resolved = (solve != NONE) & ~odd
    first_solve_counts = line["solved"] >= last_reply
    resolved_at = _when(is_resolved, np.where(first_solve_counts, line["solved"], solve))
    # To a ticket that we opened, only what follows the customer's first word is an answer.
    words = np.stack([*asked, line["wrote"]])
    first_word = np.min(np.where(words == NONE, np.iinfo(np.int64).max, words), axis=0)
    asked_at = np.where(outbound, first_word, line["created"])
    by_human = np.stack([*(line[f"replied_{n}"] for n in range(ROUNDS)), line["replied_again"]])
    human = np.any((by_human != NONE) & (by_human >= asked_at), axis=0)
    bot = (line["bot_replied"] != NONE) & (line["bot_replied"] >= asked_at)
    return {
        "contact": contacts["contact"],
        "seq": np.full(len(solve), 1),
        "started_at": line["created"],
        "ended_at": np.where(is_resolved, resolved_at, last_public),
        "resolved_at": resolved_at,
        "is_resolved": is_resolved,
        "is_stated": is_resolved,
        "is_escalated": line["escalated"] != NONE,
        # Until a note of thanks is closed again without a reply, nobody knows that it was one.
        "is_reopened": (line["replied_again"] != NONE) | (wrote & (line["solved_again"] == NONE)),
        "by_bot": bot,
        "by_human": human,
        "bot_took_part": bot,
        "bot_abandoned": np.zeros(len(bot), dtype=bool),
        "team": current_team(contacts, line),
        "excluded": _exclusion(contacts, line),
    }


def _revived_conversation(contacts: Frame, line: Frame, rows: np.ndarray) -> Frame:
    start, reply, solve = (line[name][rows] for name in ("revived", "replied_revived", "solved_revived"))
    no = np.zeros(len(rows), dtype=bool)
    return {
        "contact": contacts["contact"][rows],
        "seq": np.full(len(rows), 2),
        "started_at": start,
        "ended_at": np.where(solve != NONE, solve, np.maximum(start, reply)),
        "resolved_at": solve,
        "is_resolved": solve != NONE,
        "is_stated": solve != NONE,
        "is_escalated": no,
        "is_reopened": no,
        "by_bot": no,
        "by_human": reply != NONE,
        "bot_took_part": no,
        "bot_abandoned": no,
        "team": current_team(contacts, line)[rows],
        "excluded": _exclusion(contacts, line)[rows],
    }


EXCLUSIONS = ("spam", "test", "deleted", "merged_child", "outbound", "failed", "unengaged")


def _exclusion(contacts: Frame, line: Frame) -> np.ndarray:
    """Index into `EXCLUSIONS`, -1 for countable tickets."""
    variant = contacts["variant"]
    marked = line["marked"] != NONE
    answered_at = np.where(contacts["merged_row"] >= 0, first_response(line)[contacts["merged_row"]], NONE)
    late = (answered_at != NONE) & (line["created"] > answered_at + 48 * world.HOUR)
    excluded = np.full(len(variant), -1)
    excluded[variant == world.OUTBOUND] = EXCLUSIONS.index("outbound")
    excluded[(variant == world.MERGED) & ~late & (contacts["merged_into"] >= 0)] = EXCLUSIONS.index(
        "merged_child"
    )
    for code, word in ODD_STATUS.items():
        excluded[(variant == code) & marked] = EXCLUSIONS.index(word)
    return excluded
