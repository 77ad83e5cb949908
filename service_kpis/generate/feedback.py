"""Survey invitations after conversations, and visits to the help centre before and instead of them."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from service_kpis.generate import identity, world
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
    nulls,
    numbered,
    pick,
    words,
)

# question, lowest, highest, share of invitations that ask it
QUESTIONS = (
    ("csat", 1, 5, 1.0),
    ("nps", 0, 10, 0.45),
    ("ces", 1, 7, 0.35),
    ("resolved", 0, 1, 0.50),
    ("clarity", 1, 5, 0.12),
    ("speed", 1, 5, 0.15),
)
INVITED_SHARE = 0.22
DELIVERED_SHARE, ANSWERED_SHARE, LATE_ANSWER_SHARE = 0.96, 0.38, 0.06
MODES = ("email", "in_chat", "voice", "sms")
TASKS = ("pay_invoice", "change_address", "book_appointment", "reset_password")
TASK_STEPS = 5
VISITS_BEFORE_CONTACT, OTHER_VISITS = 0.08, 0.20


def surveys(rng: np.random.Generator, contacts: Frame, facts: Frame) -> Table:
    """surveys rows: one per question of each invitation. Satisfaction follows resolution and duration."""
    served = (facts["by_bot"] | facts["by_human"]) & (facts["excluded"] < 0)
    sent = facts["ended_at"] + between(rng, 60, 3 * world.HOUR, len(served))
    invited = served & (rng.random(len(served)) < INVITED_SHARE) & (sent < world.PERIOD_END)
    asked = pick(facts, invited)
    asked["sent"] = sent[invited]
    size = len(asked["sent"])
    asked["survey"] = first_number(contacts, 2) + np.arange(size)
    asked["delivered"] = rng.random(size) < DELIVERED_SHARE
    late = rng.random(size) < LATE_ANSWER_SHARE
    slow = between(rng, 7 * world.DAY + 60, 20 * world.DAY, size)
    answered = asked["sent"] + np.where(
        late, slow, rng.lognormal(np.log(5000), 1.5, size).astype(np.int64) + 20
    )
    answers = asked["delivered"] & (rng.random(size) < ANSWERED_SHARE) & (answered < world.PERIOD_END)
    asked["answered"] = np.where(answers, answered, NONE)
    duration = np.maximum(asked["ended_at"] - asked["started_at"], 60)
    mood = (
        rng.normal(0, 0.8, size)
        + np.where(asked["is_resolved"], 1.15, -0.45)
        - 0.25 * np.log10(duration / 600)
    )
    row, question = np.nonzero(rng.random((size, len(QUESTIONS))) < [share for *_, share in QUESTIONS])
    low, high = np.array([(low, high) for _, low, high, _ in QUESTIONS]).T
    low, high = low[question], high[question]
    place = 1 / (1 + np.exp(-1.6 * (mood[row] + rng.normal(0, 0.3, len(row)))))
    score = np.round(low + (high - low) * place)
    told = asked["answered"][row] != NONE
    contact = asked["contact"][row]
    who = pick(contacts, contact)
    kind = who["kind"]
    mode = np.choose(kind, [0, 1, np.where(asked["survey"][row] % 3 == 0, 3, 2)])
    comment = told & (rng.random(len(row)) < 0.3)
    return {
        "_contact": contact,
        "survey_id": numbered("S", asked["survey"][row]),
        "source_system": constant("survey_tool", len(row)),
        "conversation_type": words(world.KINDS, kind),
        "conversation_id": conversation_ids(kind, who["number"]),
        "conversation_source_system": words(world.SYSTEMS, who["system"]),
        "customer_id": nulls(len(row)),
        "customer_email": identity.emails(rng, who["person"], who["email"]),
        "customer_phone": identity.phones(rng, who["phone_person"], who["phone_zone"], who["phone"]),
        "question": words([name for name, *_ in QUESTIONS], question),
        "mode": words(MODES, mode),
        "sent_at": instants(asked["sent"][row]),
        "delivered": flags(asked["delivered"][row]),
        "responded_at": instants(asked["answered"][row]),
        "score": decimals(np.where(told, score, np.nan)),
        "scale_min": decimals(low),
        "scale_max": decimals(high),
        "higher_is_better": flags(np.ones(len(row), dtype=bool)),
        "comment_length": integers(np.where(comment, rng.integers(5, 400, len(row)), -1)),
        "loaded_at": instants(next_night(np.maximum(asked["sent"], asked["answered"])[row])),
    }


def self_service(rng: np.random.Generator, contacts: Frame) -> Table:
    """self_service_sessions rows; the first one ends with the period, so that the data reach to its end."""
    size = len(contacts["start"])
    before = np.flatnonzero(rng.random(size) < VISITS_BEFORE_CONTACT)
    lead = between(rng, 200, 7000, len(before))
    before, lead = before[_in_period(contacts, before, lead)], lead[_in_period(contacts, before, lead)]
    other = rng.integers(0, size, int(size * OTHER_VISITS))
    row = np.concatenate([other, before])
    visits = len(row)
    moved = (rng.integers(-300, 300, len(other)) * world.DAY) + contacts["start"][other]
    span = world.PERIOD_END - world.PERIOD_START - world.DAY
    moved = world.PERIOD_START + (moved - world.PERIOD_START) % span
    start = np.concatenate([moved, contacts["start"][before] - lead])
    followed = np.arange(visits) >= len(other)
    ended = start + np.minimum(
        np.clip(rng.lognormal(np.log(180), 0.8, visits), 5, 3000), np.r_[moved * 0 + 9999, lead]
    )
    ended = ended.astype(np.int64)
    start[0], ended[0] = world.PERIOD_END - 240, world.PERIOD_END
    who = pick(contacts, row)
    nameless = rng.random(visits) < 0.3
    task = np.where(rng.random(visits) < 0.3, rng.integers(0, len(TASKS), visits), -1)
    completed = (rng.random(visits) < np.where(followed, 0.3, 0.8)) & (task >= 0)
    topic = np.where(followed, who["topic"], draw(rng, world.TOPIC_SHARES, visits))
    contact = np.full(visits, -1)
    contact[0] = -2
    return {
        "_contact": contact,
        "session_id": numbered("H", first_number(contacts, 2) + np.arange(visits)),
        "source_system": constant("helpcentre", visits),
        "customer_id": nulls(visits),
        "customer_email": identity.emails(rng, who["person"], np.where(nameless, -1, who["email"])),
        "customer_phone": nulls(visits),
        "started_at": instants(start),
        "ended_at": instants(ended),
        "topic": words(world.TOPIC_NAMES, topic),
        "pages_viewed": integers(rng.integers(1, 14, visits)),
        "contact_intent": flags(followed | (rng.random(visits) < 0.3)),
        "task": words(TASKS, task),
        "task_steps": integers(np.where(task < 0, -1, np.where(completed, TASK_STEPS, task % TASK_STEPS))),
        "task_completed": flags(completed, task >= 0),
        "process_succeeded": flags(rng.random(visits) < 0.97, completed),
        "loaded_at": instants(next_night(ended)),
    }


def conversation_ids(kind: np.ndarray, number: np.ndarray):
    """Ids of conversations in their source, such as `T7`."""
    return pc.binary_join_element_wise(words(("T", "C", "L"), kind), numbered("", number), "")


def first_number(contacts: Frame, factor: int) -> int:
    """First number of rows that belong to this part of the data, so that parts never share an id."""
    return int(contacts["number"].min()) * factor


def _in_period(contacts: Frame, rows: np.ndarray, lead: np.ndarray) -> np.ndarray:
    return contacts["start"][rows] - lead >= world.PERIOD_START
