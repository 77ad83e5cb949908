"""Who contacted us, as the sources saw it: ids, e-mails and phones that lead back to one person."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from service_kpis.generate import world
from service_kpis.generate.frame import Frame, Table, draw, numbered, words

PLAIN, FAMILY, SWITCHBOARD, NO_REPLY = range(4)
SHARED_PEOPLE = 250
"""People behind the shared phone, and behind the shared address; more in larger data, fewer in tiny data."""


def households(rng: np.random.Generator, people: int) -> Frame:
    """What each person is, and whose phone they use (offsets from the first person)."""
    sort = np.full(people, PLAIN)
    busy = rng.permutation(people)
    shared = min(max(SHARED_PEOPLE, people // 500), people // 8)
    sort[busy[:shared]] = SWITCHBOARD
    sort[busy[shared : 2 * shared]] = NO_REPLY
    phone_of = np.arange(people)
    heads = np.flatnonzero((rng.random(people) < world.FAMILY_SHARE / 2) & (np.arange(people) < people - 3))
    for step in (1, 2):
        members = heads[rng.random(len(heads)) < 0.6] + step if step == 2 else heads + step
        phone_of[members] = members - step
    in_family = (phone_of != np.arange(people)) & (sort == PLAIN) & (sort[phone_of] == PLAIN)
    phone_of = np.where(in_family, phone_of, np.arange(people))
    root = phone_of[phone_of]
    sort[np.flatnonzero(in_family)] = FAMILY
    sort[root[in_family]] = FAMILY
    return {"sort": sort, "phone_of": root}


def carried(rng: np.random.Generator, contacts: Frame, sort: np.ndarray) -> Frame:
    """What each contact carries: `with_id`, and which `email` and `phone` (codes of `emails` and `phones`).

    `contacts` are sorted by person. So that one person's contacts stay connected, the first one carries first
    e-mail and phone together, and the first one in each system introduces its id beside one of them. Only
    later ones may carry the id alone, or beside the second e-mail.
    """
    size = len(contacts["person"])
    known = np.flatnonzero(~contacts["anonymous"])
    person, system = contacts["person"][known], contacts["system"][known]
    first = np.zeros(size, dtype=bool)
    first[known[np.r_[True, person[1:] != person[:-1]]]] = True
    introduces = np.zeros(size, dtype=bool)
    introduces[known[np.unique(person * len(world.SYSTEMS) + system, return_index=True)[1]]] = True
    call = contacts["kind"] == world.CALL
    likes_phone = rng.random(size) < np.where(call, 0.9, 0.08)
    with_id = introduces | (rng.random(size) < np.where(call, 0.4, 0.7))
    email, phone = np.where(likes_phone, -1, 0), np.where(likes_phone, 0, -1)
    later = with_id & ~introduces
    habit = draw(rng, (0.6, 0.2, 0.2), size)
    email = np.where(later & (habit == 1), np.where(call, -1, 1), np.where(later & (habit == 2), -1, email))
    phone = np.where(later & (habit > 0), -1, phone)
    email, phone = np.where(first, 0, email), np.where(first, 0, phone)
    switchboard, no_reply = sort == SWITCHBOARD, sort == NO_REPLY
    shared = switchboard | no_reply
    with_id |= shared
    email = np.where(switchboard, np.where(introduces, 0, -1), np.where(no_reply, 2, email))
    phone = np.where(switchboard, 1, np.where(no_reply, np.where(introduces, 0, -1), phone))
    anonymous = contacts["anonymous"]
    return {
        "with_id": with_id & ~anonymous,
        "email": np.where(anonymous, -1, email),
        "phone": np.where(anonymous, -1, phone),
    }


def columns(rng: np.random.Generator, contacts: Frame) -> Table:
    """customer_id, customer_email, customer_phone as they land, in varying spelling."""
    return {
        "customer_id": customer_ids(contacts["person"], contacts["system"], contacts["with_id"]),
        "customer_email": emails(rng, contacts["person"], contacts["email"]),
        "customer_phone": phones(rng, contacts["phone_person"], contacts["phone_zone"], contacts["phone"]),
    }


def customer_ids(person: np.ndarray, system: np.ndarray, with_id: np.ndarray) -> pa.Array:
    """The person's id in each system; NULL where not carried."""
    number = numbered("", np.where(with_id, person, -1))
    return pc.binary_join_element_wise(words(world.CUSTOMER_PREFIX, system), number, "")


def emails(rng: np.random.Generator, person: np.ndarray, which: np.ndarray) -> pa.Array:
    """`which`: 0 and 1 the person's own addresses, 2 the shared one, -1 none. Case and blanks vary."""
    size = len(person)
    own = numbered("customer.", np.where((which == 0) | (which == 1), person, -1), "@")
    domains = ("post.example", "mail.example", "work.example")
    domain = words(domains, np.where(which == 1, 2, person % 2))
    text = pc.binary_join_element_wise(own, domain, "")
    text = pc.if_else(pa.array(which == 2), world.NO_REPLY_EMAIL, text)
    spelling = draw(rng, (0.82, 0.06, 0.06, 0.06), size)
    text = pc.if_else(pa.array(spelling == 1), pc.utf8_upper(text), text)
    text = pc.if_else(pa.array(spelling == 2), pc.utf8_capitalize(text), text)
    padded = pc.binary_join_element_wise(" ", text, " ", "")
    return pc.if_else(pa.array(spelling == 3), padded, text)


def phones(rng: np.random.Generator, person: np.ndarray, zone: np.ndarray, which: np.ndarray) -> pa.Array:
    """`which`: 0 the person's own number, 1 the switchboard, -1 none. Three spellings of one number."""
    own = np.where(which == 0, person, -1)
    country, area = words(("49", "1"), zone), words(("30", "212"), zone)
    german = pc.utf8_lpad(numbered("", np.where(zone == 0, own, -1)), 8, "0")
    american = pc.utf8_lpad(numbered("", np.where(zone == 1, own, -1)), 7, "0")
    number = pc.coalesce(german, american)
    forms = [
        pc.binary_join_element_wise(pc.binary_join_element_wise("+", country, ""), area, number, " "),
        pc.binary_join_element_wise("00", country, area, number, ""),
        pc.binary_join_element_wise(pc.binary_join_element_wise("+", country, ""), area, number, "-"),
    ]
    spelling = draw(rng, (0.6, 0.2, 0.2), len(person))
    text = pc.choose(pa.array(spelling), *forms)
    return pc.if_else(pa.array(which == 1), world.SWITCHBOARD_PHONE, text)
