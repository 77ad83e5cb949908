"""One part of the world: people of its own and all that happens to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from service_kpis.generate import calls, chats, dirt, feedback, identity, operations, tickets, truth, world
from service_kpis.generate.frame import NONE, Frame, Table, pick, stack
from service_kpis.generate.landing import Landing
from service_kpis.generate.operations import Desk
from service_kpis.generate.plan import plan
from service_kpis.generate.truth import Notes

NUMBERS_PER_PART, PEOPLE_PER_PART = 4_000_000, 250_000
"""Numbers of contacts and people begin at these times the part's number."""
LIVE_SYSTEMS = (world.HELPDESK_EU, world.HELPDESK_US, world.LIVECHAT, world.TELEPHONY)


@dataclass
class Total:
    """Counts over all parts."""

    conversations: int = 0
    people: int = 0
    defects: int = 0
    edges: int = 0
    agents: int = 0


def part(
    rng: np.random.Generator,
    number: int,
    size: int,
    conversations: int,
    landing: Landing,
    notes: Notes,
    total: Total,
) -> None:
    """Plan, let happen, soil and write one part of the world: `size` of all the `conversations`."""
    contacts = plan(rng, size, first_person=number * PEOPLE_PER_PART)
    _name(rng, contacts, number)
    if number == 0:
        _open_systems(contacts)
    # A draw of their own: another roster leaves what happens to contacts as it is.
    (staffing,) = rng.spawn(1)
    crews = operations.hire(staffing, contacts, 1 + total.agents)
    tables, facts = _happen(rng, contacts, [desk for crew in crews for desk in crew.desks], total)
    duties = operations.roster(staffing, crews)
    tables |= operations.agent_tables(staffing, crews, duties, with_bots=number == 0)
    if number == 0:
        tables["costs"] = operations.costs(staffing, conversations, duties, size / conversations)
    total.agents += sum(len(crew.agents) for crew in crews)
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
    merged = (contacts["kind"] == world.TICKET) & (contacts["variant"] == world.MERGED)
    parent = contacts["parent"]
    contacts["merged_into"] = np.where(merged, contacts["number"][parent], -1)
    contacts["merged_parent"] = np.where(merged, parent, -1)
    after_ticket = (parent >= 0) & ~merged & (contacts["kind"] == world.TICKET)
    after_ticket &= (contacts["kind"][parent] == world.TICKET) & (contacts["variant"][parent] == world.SOLVED)
    after_ticket &= (contacts["start"] > contacts["likely_end"][parent]) & (rng.random(size) < 0.3)
    # A reader may well give a follow-up without a topic its parent's: leave no doubt.
    after_ticket &= contacts["landed_topic"] >= 0
    contacts["follow_up_of"] = np.where(after_ticket, contacts["number"][parent], -1)
    contacts["protected"] = np.zeros(size, dtype=bool)


def _opening_times() -> list[int]:
    names = [world.SYSTEMS[system] for system in LIVE_SYSTEMS]
    return [world.PERIOD_START + 60 * names.index(name) for name in names]


def _open_systems(contacts: Frame) -> None:
    """Each system's earliest ordinary contact moves to the period's first minutes and stays clean."""
    plain = {world.TICKET: world.SOLVED, world.CHAT: world.BOT, world.CALL: world.IVR}
    usual = np.choose(contacts["kind"], [plain[kind] for kind in range(3)]) == contacts["variant"]
    for at, system in zip(_opening_times(), LIVE_SYSTEMS, strict=True):
        rows = np.flatnonzero((contacts["system"] == system) & (contacts["parent"] < 0) & usual)
        row = rows[np.argmin(contacts["start"][rows])]
        contacts["start"][row] = at
        contacts["protected"] |= contacts["person"] == contacts["person"][row]


def _happen(
    rng: np.random.Generator, contacts: Frame, desks: list[Desk], total: Total
) -> tuple[dict[str, Table], Frame]:
    """Let every contact happen at these desks: landing tables, facts of conversations."""
    live = [desk for desk in desks if desk.system == world.LIVECHAT]
    chat, messages, first_leg, second_leg = _live(rng, contacts, live)
    total.edges += _plant_edges(contacts, _ends(len(contacts["start"]), chat, first_leg))
    ticket = pick(contacts, contacts["kind"] == world.TICKET)
    row_of = np.full(len(contacts["start"]), -1)
    row_of[ticket["contact"]] = np.arange(len(ticket["contact"]))
    ticket["merged_row"] = np.where(ticket["merged_parent"] >= 0, row_of[ticket["merged_parent"]], -1)
    line = tickets.timelines(rng.spawn(1)[0], ticket)
    people = tickets.staff(rng, ticket, line, [desk for desk in desks if desk.system != world.LIVECHAT])
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
    return tables, facts


def _live(rng: np.random.Generator, contacts: Frame, desks: list[Desk]) -> tuple[Frame, Frame, Frame, Frame]:
    """Chats, their messages, first and second legs of calls; without what ends after the period."""
    by_kind = [pick(contacts, contacts["kind"] == kind) for kind in range(3)]
    chat, messages = chats.sessions(rng, by_kind[world.CHAT], desks)
    first_leg, second_leg = calls.legs(rng, by_kind[world.CALL], desks)
    kept = chat["ended"] <= world.PERIOD_END
    messages = pick(messages, kept[messages["row"]])
    messages["row"] = (np.cumsum(kept) - 1)[messages["row"]]
    first_leg = pick(first_leg, first_leg["last_ended"] <= world.PERIOD_END)
    second_leg = pick(second_leg, np.isin(second_leg["contact"], first_leg["contact"]))
    return pick(chat, kept), messages, first_leg, second_leg


def _ends(size: int, chat: Frame, first_leg: Frame) -> np.ndarray:
    """End of each live contact, by contact; `NONE` for all others."""
    ended = np.full(size, NONE)
    ended[chat["contact"]] = chat["ended"]
    ended[first_leg["contact"]] = first_leg["last_ended"]
    return ended


def _plant_edges(contacts: Frame, ended: np.ndarray) -> int:
    """Move some customers' next e-mail to exactly a window after a call or chat, or a second later."""
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
    each = min(max(4, size // 50_000), len(rows) // 6)
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
    notes: Notes,
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
