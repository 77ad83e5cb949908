"""Puts the generated world together, part by part, so that memory stays bounded."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from service_kpis.generate import calls, chats, dirt, feedback, identity, operations, tickets, truth, world
from service_kpis.generate.frame import NONE, Frame, Table, pick, stack
from service_kpis.generate.landing import Landing
from service_kpis.generate.plan import plan

PART = 500_000
NUMBERS_PER_PART, PEOPLE_PER_PART = 4_000_000, 250_000
"""Numbers of contacts and people begin at these times the part's number."""
LIVE_SYSTEMS = (world.HELPDESK_EU, world.HELPDESK_US, world.LIVECHAT, world.TELEPHONY)
Report = Callable[[str, int, int], None]


def generate(conversations: int, seed: int, out: Path, report: Report | None = None) -> None:
    """Write landing data of about `conversations` conversations to `out`, the planted truth to `out/_truth`.

    The same seed and size give the same files. `report(step, done, total)` hears of each part.
    An existing `out` folder is replaced if it is one of ours (or empty), else FileExistsError is raised;
    ValueError for fewer than 1,000 conversations.
    """
    if conversations < 1000:
        raise ValueError(f"at least 1000 conversations are needed for a world, not {conversations}")
    out = Path(out)
    _clear(out)
    (out / "_truth").mkdir(parents=True)
    parts = -(-conversations // PART)
    seeds = np.random.SeedSequence(seed).spawn(parts)
    total = Total()
    with Landing(out) as landing, _Truth(out / "_truth") as notes:
        for number, its_seed in enumerate(seeds):
            size = conversations * (number + 1) // parts - conversations * number // parts
            if report:
                report("generate", number, parts)
            _part(np.random.default_rng(its_seed), number, size, conversations, landing, notes, total)
            landing.settle()
    _write_json(out / "_truth" / "landed.json", landing.rows)
    _write_json(out / "_truth" / "facts.json", _facts(seed, conversations, total))
    if report:
        report("generate", parts, parts)


@dataclass
class Total:
    """Counts over all parts."""

    conversations: int = 0
    people: int = 0
    defects: int = 0
    edges: int = 0
    agents: int = 0


class _Truth:
    """Writers of the planted truth."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> _Truth:
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self.writers.values():
            writer.close()

    def add(self, name: str, table: pa.Table) -> None:
        if name not in self.writers:
            path = self.folder / f"{name}.parquet"
            self.writers[name] = pq.ParquetWriter(path, table.schema, compression="zstd")
        self.writers[name].write_table(table)


def _part(
    rng: np.random.Generator,
    number: int,
    size: int,
    conversations: int,
    landing: Landing,
    notes: _Truth,
    total: Total,
) -> None:
    contacts = plan(rng, size, first_person=number * PEOPLE_PER_PART)
    _name(rng, contacts, number)
    if number == 0:
        _open_systems(contacts)
    tables, facts, desks = _happen(rng, contacts, total)
    tables |= operations.agent_tables(rng, desks, with_bots=number == 0)
    if number == 0:
        tables["costs"] = operations.costs(rng, conversations)
    total.agents += sum(len(desk.agents) for desk in desks)
    unclean = _land(rng, tables, contacts, landing, notes, total, number)
    first_contact = {system: at for at, system in zip(_opening_times(), LIVE_SYSTEMS, strict=True)}
    planted = truth.conversations(contacts, facts, first_contact, ~unclean)
    notes.add("conversations", planted)
    total.conversations += planted.num_rows
    total.people += len(np.unique(contacts["person"]))


def _name(rng: np.random.Generator, contacts: Frame, number: int) -> None:
    """Numbers, systems, anonymity, missing topics; identity follows once it is known what lands."""
    size = len(contacts["start"])
    contacts["contact"] = np.arange(size)
    contacts["number"] = number * NUMBERS_PER_PART + 1 + np.arange(size)
    contacts["system"] = np.choose(contacts["kind"], [contacts["zone"], world.LIVECHAT, world.TELEPHONY])
    contacts["anonymous"] = rng.random(size) < np.asarray(world.ANONYMOUS_SHARE)[contacts["kind"]]
    contacts["landed_topic"] = np.where(rng.random(size) < world.NO_TOPIC_SHARE, -1, contacts["topic"])
    merged = contacts["variant"] * (contacts["kind"] == world.TICKET) == world.MERGED
    parent = contacts["parent"]
    contacts["merged_into"] = np.where(merged, contacts["number"][parent], -1)
    contacts["merged_parent"] = np.where(merged, parent, -1)
    after_ticket = (parent >= 0) & ~merged & (contacts["kind"] == world.TICKET)
    after_ticket &= (contacts["kind"][parent] == world.TICKET) & (contacts["variant"][parent] == world.SOLVED)
    after_ticket &= (contacts["start"] > contacts["likely_end"][parent]) & (rng.random(size) < 0.3)
    contacts["follow_up_of"] = np.where(after_ticket, contacts["number"][parent], -1)
    contacts["protected"] = np.zeros(size, dtype=bool)


def _opening_times() -> list[int]:
    return [world.PERIOD_START + 60 * step for step in range(len(LIVE_SYSTEMS))]


def _open_systems(contacts: Frame) -> None:
    """Each system's earliest ordinary contact moves to the period's first minutes and stays clean."""
    plain = {world.TICKET: world.SOLVED, world.CHAT: world.BOT, world.CALL: world.IVR}
    usual = np.choose(contacts["kind"], [plain[kind] for kind in range(3)]) == contacts["variant"]
    for at, system in zip(_opening_times(), LIVE_SYSTEMS, strict=True):
        rows = np.flatnonzero((contacts["system"] == system) & (contacts["parent"] < 0) & usual)
        row = rows[np.argmin(contacts["start"][rows])]
        contacts["start"][row] = at
        contacts["protected"] |= contacts["person"] == contacts["person"][row]


def _happen(rng: np.random.Generator, contacts: Frame, total: Total) -> tuple[dict[str, Table], Frame, list]:
    """Let every contact happen: landing tables, facts of conversations, desks."""
    first_agent = 1 + total.agents
    chat_desks, chat, messages = chats.sessions(
        rng, pick(contacts, contacts["kind"] == world.CHAT), first_agent
    )
    first_agent += sum(len(desk.agents) for desk in chat_desks)
    call_desks, first_leg, second_leg = calls.legs(
        rng, pick(contacts, contacts["kind"] == world.CALL), first_agent
    )
    first_agent += sum(len(desk.agents) for desk in call_desks)
    keep_chat = chat["ended"] <= world.PERIOD_END
    keep_first = first_leg["last_ended"] <= world.PERIOD_END
    ended = _ends(len(contacts["start"]), (chat, keep_chat), (first_leg, keep_first))
    total.edges += _plant_edges(contacts, ended)
    ticket = pick(contacts, contacts["kind"] == world.TICKET)
    row_of = np.full(len(contacts["start"]), -1)
    row_of[ticket["contact"]] = np.arange(len(ticket["contact"]))
    ticket["merged_row"] = np.where(ticket["merged_parent"] >= 0, row_of[ticket["merged_parent"]], -1)
    line = tickets.timelines(rng, ticket)
    ticket_desks, people = tickets.staff(rng, ticket, line, first_agent)

    message_row = np.cumsum(keep_chat) - 1
    messages = pick(messages, keep_chat[messages["row"]])
    messages["row"] = message_row[messages["row"]]
    chat = pick(chat, keep_chat)
    second_leg = pick(second_leg, np.isin(second_leg["contact"], first_leg["contact"][keep_first]))
    first_leg = pick(first_leg, keep_first)
    leg = stack([{name: first_leg[name] for name in second_leg}, second_leg])
    facts = stack([tickets.facts(ticket, line), chats.facts(chat, messages), calls.facts(first_leg)])
    _identify(rng, contacts, facts)
    tables = {
        "tickets": tickets.table(rng, ticket, line, people, _identity(rng, contacts, ticket)),
        "ticket_messages": tickets.messages(ticket, line, people),
        "ticket_events": tickets.events(rng, ticket, line, people),
        "chats": chats.table(chat, _identity(rng, contacts, chat)),
        "chat_messages": chats.message_table(chat, messages),
        "calls": calls.table(leg, _identity(rng, contacts, leg)),
        "surveys": feedback.surveys(rng, contacts, facts),
        "self_service_sessions": feedback.self_service(rng, contacts),
    }
    return tables, facts, [*chat_desks, *call_desks, *ticket_desks]


def _ends(size: int, *live: tuple[Frame, np.ndarray]) -> np.ndarray:
    """End of each live contact that lands, by contact; `NONE` for all others."""
    ended = np.full(size, NONE)
    for frame, kept in live:
        end = frame["last_ended"] if "last_ended" in frame else frame["ended"]
        ended[frame["contact"][kept]] = end[kept]
    return ended


def _plant_edges(contacts: Frame, ended: np.ndarray) -> int:
    """Move some customers' next e-mail to exactly a window after a call's or chat's end, or a second later."""
    size = len(contacts["start"])
    parent = contacts["parent"]
    has_next = np.zeros(size, dtype=bool)
    has_next[parent[parent >= 0]] = True
    end = np.where(parent >= 0, ended[parent], NONE)
    usual = [
        (world.CHAT, (world.BOT, world.HUMAN, world.HANDOVER)),
        (world.CALL, (world.ANSWERED, world.IVR)),
    ]
    served = np.any([(contacts["kind"] == k) & np.isin(contacts["variant"], v) for k, v in usual], axis=0)
    fits = (contacts["kind"] == world.TICKET) & (contacts["channel"] == world.EMAIL) & ~has_next
    fits &= (contacts["variant"] == world.SOLVED) & (end != NONE) & served[parent]
    fits &= (contacts["landed_topic"] >= 0) & (contacts["landed_topic"][parent] >= 0)
    fits &= end + world.WINDOWS["7d"] + 1 < world.PERIOD_END
    rows = np.flatnonzero(fits)
    each = min(max(2, size // 50_000), len(rows) // 6)
    for number, (window, extra) in enumerate((w, x) for w in world.WINDOWS.values() for x in (0, 1)):
        chosen = rows[number * each : (number + 1) * each]
        contacts["start"][chosen] = end[chosen] + window + extra
        contacts["anonymous"][chosen] = contacts["anonymous"][parent[chosen]] = False
        contacts["protected"] |= np.isin(contacts["person"], contacts["person"][chosen])
    return 6 * each


def _identify(rng: np.random.Generator, contacts: Frame, facts: Frame) -> None:
    """Decide what each contact that lands carries of its person's identities."""
    lands = np.zeros(len(contacts["start"]), dtype=bool)
    lands[facts["contact"]] = True
    contacts["anonymous"] |= ~lands
    person = contacts["person"] - contacts["person"].min()
    homes = identity.households(rng, int(person.max()) + 1)
    zone = np.zeros(len(homes["sort"]), dtype=np.int64)
    zone[person] = contacts["zone"]
    phone_of = homes["phone_of"][person]
    contacts["sort"] = homes["sort"][person]
    contacts["phone_person"] = phone_of + contacts["person"].min()
    contacts["phone_zone"] = zone[phone_of]
    contacts |= identity.carried(rng, contacts, contacts["sort"])


def _identity(rng: np.random.Generator, contacts: Frame, rows: Frame) -> Table:
    names = ("person", "system", "with_id", "email", "phone", "phone_person", "phone_zone")
    return identity.columns(rng, {name: contacts[name][rows["contact"]] for name in names})


CHILDREN = {"tickets": ("ticket_messages", "ticket_events"), "chats": ("chat_messages",)}
ORDER = ("tickets", "chats", "calls", "ticket_messages", "ticket_events", "chat_messages", "surveys")


def _land(
    rng: np.random.Generator,
    tables: dict[str, Table],
    contacts: Frame,
    landing: Landing,
    notes: _Truth,
    total: Total,
    number: int,
) -> np.ndarray:
    """Soil and write the tables; gives, by contact, whether dirt touches its person."""
    dirty = np.zeros(len(contacts["start"]), dtype=bool)
    for name in [*ORDER, *(name for name in tables if name not in ORDER)]:
        soiled = dirt.soil(rng, name, tables.pop(name), contacts["start"], contacts["protected"])
        landing.write(name, number, soiled.table, soiled.lines)
        notes.add("dirt", soiled.defects)
        total.defects += soiled.defects.num_rows
        if name in ORDER[:-1]:
            dirty[soiled.dirty] = True
        for child in CHILDREN.get(name, ()):
            tables[child] = _without(tables[child], soiled.refused)
    person = contacts["person"] - contacts["person"].min()
    touched = np.bincount(person[dirty & ~contacts["anonymous"]], minlength=person.max() + 1) > 0
    family = contacts["sort"] == identity.FAMILY
    return dirty | (~contacts["anonymous"] & (touched[person] | family))


def _without(table: Table, contacts: np.ndarray) -> Table:
    """The rows whose contact is not among these."""
    keep = ~np.isin(table["_contact"], contacts)
    mask = pa.array(keep)
    return {
        name: column[keep] if name == "_contact" else column.filter(mask) for name, column in table.items()
    }


def _clear(out: Path) -> None:
    """Make room; only an empty folder or an earlier result of the generator is removed."""
    if out.exists():
        if any(out.iterdir()) and not (out / "_truth").is_dir():
            raise FileExistsError(f"{out} holds something else: choose an empty folder")
        shutil.rmtree(out)


def _write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _facts(seed: int, conversations: int, total: Total) -> dict:
    return {
        "seed": seed,
        "conversations_asked": conversations,
        "conversations_planted": total.conversations,
        "people": total.people,
        "agents": total.agents,
        "defects": total.defects,
        "contacts_at_window_edges": total.edges,
        "as_of": _iso(world.PERIOD_END),
        "period": {"first": _iso(world.PERIOD_START), "last": _iso(world.PERIOD_END)},
        "fcr_drop": dict(zip(("topic", "first", "before"), _spelt(world.FCR_DROP), strict=True)),
        "promotion": dict(zip(("name", "first", "before"), _spelt(world.PROMOTION), strict=True)),
        "promotion_topics": [world.TOPIC_NAMES[code] for code in world.PROMOTION_TOPICS],
    }


def _spelt(span: tuple[str, int, int]) -> tuple[str, str, str]:
    name, first, before = span
    return name, _iso(first), _iso(before)


def _iso(at: int) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
