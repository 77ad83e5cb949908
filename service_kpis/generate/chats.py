"""Chats: the bot's turns, the queue, the agent's turns, as chats and their messages."""

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
    next_night,
    numbered,
    running_total,
    stack,
    within_groups,
    words,
)
from service_kpis.generate.operations import Desk, seat_visitors
from service_kpis.generate.tickets import AGENT, CUSTOMER, EXCLUSIONS, ROBOT, SENDERS, SYSTEM

END_REASONS = ("customer_left", "agent_closed", "bot_closed", "timeout", "error")
LEFT, AGENT_CLOSED, BOT_CLOSED, TIMEOUT, ERROR = range(5)
OUTCOMES = ("resolved_confirmed", "resolved_task", "unresolved")
CONFIRMED, TASK, UNRESOLVED = range(3)
HANDOVER_REASONS = (
    "customer_request",
    "low_confidence",
    "no_answer",
    "negative_sentiment",
    "policy_topic",
    "authentication",
)
CONTEXTS = (
    "transcript,intent,customer,slots,attempts",
    "transcript,intent,customer",
    "transcript,intent",
    "transcript",
)
PATIENCE_SECONDS = 700
WITHOUT_BOT = (world.HUMAN, world.QUEUE_ABANDONED)


def sessions(rng: np.random.Generator, contacts: Frame, desks: list[Desk]) -> tuple[Frame, Frame]:
    """One row per chat, answered at these desks, and the messages with `row` pointing to their chat."""
    chat = dict(contacts)
    size = len(chat["start"])
    chat["has_bot"] = ~np.isin(chat["variant"], WITHOUT_BOT)
    opening = _opening(rng, chat)
    bot_turns = _bot_turns(rng, chat)
    _handover(rng, chat)
    _seat(rng, chat, desks)
    agent_turns = _agent_turns(rng, chat)
    waiting = _waiting(chat)
    messages = stack([opening, bot_turns, waiting, agent_turns])
    _ending(rng, chat, messages, size)
    return chat, messages


def _message(row: np.ndarray, at: np.ndarray, sender: int | np.ndarray, **more: np.ndarray) -> Frame:
    size = len(row)
    frame = {
        "row": row,
        "at": at,
        "sender": np.broadcast_to(np.asarray(sender), (size,)),
        "is_automated": np.zeros(size, dtype=bool),
        "is_fallback": np.zeros(size, dtype=bool),
        "intent": np.full(size, -1),
        "label": np.full(size, -1),
        "confidence": np.full(size, np.nan),
        "sentiment": np.full(size, np.nan),
    }
    return frame | more


def _opening(rng: np.random.Generator, chat: Frame) -> Frame:
    """The bot's automatic greeting; the customer's first words where only people answer; outreach."""
    size = len(chat["start"])
    variant = chat["variant"]
    bot = np.flatnonzero(chat["has_bot"])
    greeting = _message(bot, chat["start"][bot], ROBOT, is_automated=np.ones(len(bot), dtype=bool))
    people = np.flatnonzero(~chat["has_bot"])
    asks = _message(people, chat["start"][people], CUSTOMER, sentiment=_sentiment(rng, len(people), 0.0))
    chat["has_outreach"] = (variant == world.PROACTIVE) | (
        (variant == world.UNENGAGED) & (rng.random(size) < 0.5)
    )
    outreach = np.flatnonzero(chat["has_outreach"])
    return stack([greeting, asks, _message(outreach, chat["start"][outreach] + 1, ROBOT)])


def _bot_turns(rng: np.random.Generator, chat: Frame) -> Frame:
    """Pairs of a customer's message and the bot's answer; sets `bot_end`, the instant of the last one."""
    size = len(chat["start"])
    variant = chat["variant"]
    turns = rng.integers(1, 5, size) + (variant == world.BOT) * rng.integers(0, 3, size)
    talks = chat["has_bot"] & (variant != world.UNENGAGED)
    talks &= (variant != world.PROACTIVE) | (rng.random(size) < 0.5)
    turns = np.where(talks, turns, 0)
    owner, place = within_groups(turns)
    asking = np.clip(rng.lognormal(np.log(18), 0.6, len(owner)), 2, 240).astype(np.int64)
    answering = np.clip(rng.lognormal(np.log(2.0), 0.6, len(owner)), 1, 12).astype(np.int64)
    answered_at = chat["start"][owner] + 1 + running_total(asking + answering, turns)
    asked_at = answered_at - answering
    last = place == turns[owner] - 1
    # In the bot the customer gives up after a fallback, or before any answer comes.
    gave_up = last & (variant[owner] == world.BOT_ABANDONED)
    silent = gave_up & (rng.random(len(owner)) < 0.4)
    fallback = np.where(last, gave_up, rng.random(len(owner)) < 0.12)
    fallback |= last & (variant[owner] == world.HANDOVER) & (rng.random(len(owner)) < 0.25)
    topic = chat["topic"][owner]
    understood = rng.random(len(owner)) < 0.86
    intent = np.where(understood, topic, rng.integers(0, len(world.TOPICS), len(owner)))
    confidence = np.round(
        np.where(understood & ~fallback, rng.beta(9, 2, len(owner)), rng.beta(3, 3, len(owner))), 3
    )
    labelled = rng.random(len(owner)) < 0.04
    asks = _message(
        owner,
        asked_at,
        CUSTOMER,
        intent=np.where(fallback, -1, intent),
        confidence=np.where(fallback, np.nan, confidence),
        label=np.where(labelled, topic, -1),
        sentiment=_sentiment(rng, len(owner), -0.2 * (variant[owner] == world.BOT_ABANDONED)),
    )
    keep = ~silent
    answers = _message(owner[keep], answered_at[keep], ROBOT, is_fallback=fallback[keep])
    chat["bot_end"] = chat["start"] + 2
    chat["bot_end"][owner[last]] = answered_at[last]
    chat["bot_answered"] = chat["has_outreach"].copy()
    chat["bot_answered"][owner[keep]] = True
    return stack([asks, answers])


def _handover(rng: np.random.Generator, chat: Frame) -> None:
    size = len(chat["start"])
    asks = np.isin(chat["variant"], (world.HANDOVER, world.HANDOVER_LOST))
    queues = asks | np.isin(chat["variant"], (world.HUMAN, world.QUEUE_ABANDONED))
    chat["requested"] = np.where(asks, chat["bot_end"], NONE)
    chat["queued"] = np.where(queues, np.where(asks, chat["bot_end"], chat["start"]) + 1, NONE)
    chat["reason"] = np.where(asks, draw(rng, (0.35, 0.25, 0.2, 0.08, 0.07, 0.05), size), -1)
    chat["context"] = np.where(asks, draw(rng, (0.4, 0.3, 0.2, 0.1), size), -1)
    chat["joined"] = np.full(size, NONE)
    chat["agent"] = np.full(size, -1)
    chat["gave_up"] = np.where(queues, chat["queued"] + between(rng, 30, 900, size), NONE)


def _seat(rng: np.random.Generator, chat: Frame, desks: list[Desk]) -> None:
    """Seats the chats that want a person, three to an agent; whoever waits too long leaves."""
    wants = np.isin(chat["variant"], (world.HANDOVER, world.HUMAN))
    for desk in desks:
        rows = np.flatnonzero(wants & (chat["team"] == desk.team))
        if not len(rows):
            continue
        queued, service = chat["queued"][rows], chat["effort"][rows] + 20
        arrival = queued + np.clip(rng.lognormal(np.log(18), 0.7, len(rows)), 3, 150).astype(np.int64)
        seats = desk.seats[desk.shift(arrival)]
        begin, slot = seat_visitors(arrival, service, seats * world.CHATS_AT_ONCE)
        patient = begin - queued < rng.exponential(PATIENCE_SECONDS, len(rows)) + 60
        served, gone = rows[patient], rows[~patient]
        chat["joined"][served] = begin[patient]
        chat["agent"][served] = desk.agent(slot[patient] // world.CHATS_AT_ONCE, arrival[patient])
        left = queued[~patient] + np.minimum(begin[~patient] - queued[~patient] - 1, 1800).clip(50)
        chat["gave_up"][gone] = left
        lost = chat["variant"][gone] == world.HANDOVER
        chat["variant"][gone] = np.where(lost, world.HANDOVER_LOST, world.QUEUE_ABANDONED)


def _waiting(chat: Frame) -> Frame:
    """An automatic notice in the queue; who gave up waiting had asked whether anybody was there."""
    queued = np.flatnonzero(chat["queued"] != NONE)
    notice = _message(queued, chat["queued"][queued], SYSTEM, is_automated=np.ones(len(queued), dtype=bool))
    lost = np.flatnonzero(np.isin(chat["variant"], (world.HANDOVER_LOST, world.QUEUE_ABANDONED)))
    at = chat["queued"][lost] + (chat["gave_up"][lost] - chat["queued"][lost]) // 2
    return stack([notice, _message(lost, at, CUSTOMER)])


def _agent_turns(rng: np.random.Generator, chat: Frame) -> Frame:
    """The agent's hello, then pairs of a customer's message and the agent's answer."""
    joined = np.flatnonzero(chat["joined"] != NONE)
    hello = _message(joined, chat["joined"][joined] + 2, AGENT)
    turns = np.zeros(len(chat["start"]), dtype=np.int64)
    turns[joined] = np.clip(chat["effort"][joined] // 110, 1, 8)
    owner, place = within_groups(turns)
    share = chat["effort"][owner] / turns[owner]
    asked = (share * (place + 0.1 + 0.35 * rng.random(len(owner)))).astype(np.int64) + 3
    answered = (share * (place + 0.5 + 0.45 * rng.random(len(owner)))).astype(np.int64) + 4
    begin = chat["joined"][owner]
    asks = _message(owner, begin + asked, CUSTOMER, sentiment=_sentiment(rng, len(owner), 0.02 * place))
    return stack([hello, asks, _message(owner, begin + answered, AGENT)])


def _ending(rng: np.random.Generator, chat: Frame, messages: Frame, size: int) -> None:
    """Sets `last_message`, `ended`, `reason_ended` and `outcome`."""
    last = np.full(size, NONE)
    np.maximum.at(last, messages["row"], messages["at"])
    chat["last_message"] = last
    variant = chat["variant"]
    talked = chat["joined"] != NONE
    reason = np.where(talked, draw(rng, (0.45, 0.42, 0, 0.13), size), draw(rng, (0.5, 0, 0.25, 0.25), size))
    reason = np.where(rng.random(size) < 0.012, ERROR, reason)
    lost = np.isin(variant, (world.HANDOVER_LOST, world.QUEUE_ABANDONED))
    reason = np.where(lost, LEFT, reason)
    pause = np.where(reason == TIMEOUT, between(rng, 300, 900, size), between(rng, 2, 60, size))
    ended = np.where(talked, np.maximum(chat["joined"] + chat["effort"] + 8, last + 1), last + pause)
    chat["ended"] = np.where(lost, np.maximum(chat["gave_up"], last + 1), ended)
    chat["reason_ended"] = reason
    by_bot = draw(rng, (0.36, 0.26, 0.06, 0.32), size)
    by_human = draw(rng, (0.38, 0.0, 0.09, 0.53), size)
    outcome = np.where(talked, by_human, by_bot)
    outcome = np.where(
        np.isin(variant, (world.BOT_ABANDONED, world.HANDOVER_LOST)),
        draw(rng, (0, 0, 0.4, 0.6), size),
        outcome,
    )
    outcome = np.where(
        np.isin(variant, (world.QUEUE_ABANDONED, world.UNENGAGED, world.PROACTIVE)), 3, outcome
    )
    chat["outcome"] = np.where(outcome == 3, -1, outcome)
    # A chat that the tool never closed; agents' chats do end, since they hold a place.
    chat["never_ended"] = ~talked & (variant == world.BOT) & (rng.random(size) < 0.003)


def _sentiment(rng: np.random.Generator, size: int, shift: float | np.ndarray) -> np.ndarray:
    score = np.clip(np.round(rng.normal(0.1, 0.35, size) + shift, 2), -1, 1)
    return np.where(rng.random(size) < 0.6, score, np.nan)


# Landing rows ---------------------------------------------------------------------------------------


def table(chat: Frame, identity: Table) -> Table:
    """chats rows, with `_contact`."""
    size = len(chat["start"])
    joined = chat["joined"]
    voice = chat["channel"] == world.VOICE_BOT
    accepted = np.where(chat["requested"] != NONE, joined, NONE)
    ended = np.where(chat["never_ended"], NONE, chat["ended"])
    return {
        "_contact": chat["contact"],
        "chat_id": numbered("C", chat["number"]),
        "source_system": constant(world.SYSTEMS[world.LIVECHAT], size),
        **identity,
        "channel": words(world.CHANNELS, chat["channel"]),
        "topic": words(world.TOPIC_NAMES, chat["landed_topic"]),
        "subtopic": words(world.SUBTOPICS, np.where(chat["landed_topic"] < 0, -1, chat["subtopic"])),
        "started_at": instants(chat["start"]),
        "ended_at": instants(ended),
        "end_reason": words(END_REASONS, np.where(chat["never_ended"], -1, chat["reason_ended"])),
        "outcome": words(OUTCOMES, chat["outcome"]),
        "bot_id": words(("bot_assistant", "bot_voice"), np.where(chat["has_bot"], voice, -1)),
        "handover_requested_at": instants(chat["requested"]),
        "handover_reason": words(HANDOVER_REASONS, chat["reason"]),
        "handover_accepted_at": instants(accepted),
        "handover_context": words(CONTEXTS, chat["context"]),
        "queued_at": instants(chat["queued"]),
        "agent_joined_at": instants(joined),
        "agent_id": numbered("a", chat["agent"]),
        "team": words(world.TEAMS, np.where(joined != NONE, chat["team"], -1)),
        "is_proactive": flags(chat["variant"] == world.PROACTIVE),
        "loaded_at": instants(next_night(chat["ended"])),
    }


def message_table(chat: Frame, messages: Frame) -> Table:
    """chat_messages rows, with `_contact`."""
    row, sender = messages["row"], messages["sender"]
    size = len(row)
    first = int(chat["number"].min()) * 32 if size else 0
    voice = chat["channel"][row] == world.VOICE_BOT
    robot = words(("bot_assistant", "bot_voice"), np.where(sender == ROBOT, voice, -1))
    spoken = voice & (sender == CUSTOMER)
    return {
        "_contact": chat["contact"][row],
        "message_id": numbered("cm", first + np.arange(size)),
        "chat_id": numbered("C", chat["number"][row]),
        "source_system": constant(world.SYSTEMS[world.LIVECHAT], size),
        "sent_at": instants(messages["at"]),
        "sender_type": words(SENDERS, sender),
        "sender_id": pc.coalesce(robot, numbered("a", np.where(sender == AGENT, chat["agent"][row], -1))),
        "is_automated": flags(messages["is_automated"]),
        "intent": words(world.TOPIC_NAMES, messages["intent"]),
        "intent_confidence": decimals(messages["confidence"]),
        "intent_label": words(world.TOPIC_NAMES, messages["label"]),
        "is_fallback": flags(messages["is_fallback"], sender == ROBOT),
        "sentiment": decimals(messages["sentiment"]),
        "speech_recognition_seconds": decimals(np.where(spoken, _recognition(size), np.nan)),
        "loaded_at": instants(next_night(messages["at"])),
    }


def _recognition(size: int) -> np.ndarray:
    """0.2 to 0.6 seconds for each message: no draw, so that the rest of the world stays as it is."""
    return 0.2 + np.arange(size) * 37 % 41 / 100


def facts(chat: Frame, messages: Frame) -> Frame:
    """What happened in each chat."""
    size = len(chat["start"])
    variant = chat["variant"]
    no = np.zeros(size, dtype=bool)
    wrote = no.copy()
    wrote[messages["row"][messages["sender"] == CUSTOMER]] = True
    by_human = chat["joined"] != NONE
    # A customer who says nothing is not answered, whatever a bot says.
    by_bot = chat["bot_answered"] & wrote
    bot_only = by_bot & ~by_human
    bot_has_last_word = _bot_has_last_word(size, messages)
    normal = (chat["reason_ended"] != ERROR) & ~chat["never_ended"]
    inferred = (by_bot | by_human) & normal & (~bot_only | bot_has_last_word)
    stated = np.isin(chat["outcome"], (CONFIRMED, TASK))
    excluded = np.full(size, -1)
    excluded[~wrote] = EXCLUSIONS.index("unengaged")
    excluded[variant == world.PROACTIVE] = EXCLUSIONS.index("outbound")
    return {
        "contact": chat["contact"],
        "seq": np.full(size, 1),
        "started_at": chat["start"],
        "ended_at": np.where(chat["never_ended"], chat["last_message"], chat["ended"]),
        "resolved_at": np.full(size, NONE),
        "is_resolved": np.where(chat["outcome"] >= 0, stated, inferred),
        "is_stated": stated,
        "is_escalated": no,
        "is_reopened": no,
        "by_bot": by_bot,
        "by_human": by_human,
        "bot_took_part": chat["has_bot"],
        "bot_abandoned": (chat["requested"] != NONE) | ~bot_has_last_word | (chat["outcome"] == UNRESOLVED),
        "team": np.where(by_human, chat["team"], -1),
        "excluded": excluded,
    }


def _bot_has_last_word(size: int, messages: Frame) -> np.ndarray:
    """The last message that is not automatic is the bot's and no fallback."""
    spoken = ~messages["is_automated"]
    row, at = messages["row"][spoken], messages["at"][spoken]
    sender, fallback = messages["sender"][spoken], messages["is_fallback"][spoken]
    last = np.full(size, NONE)
    np.maximum.at(last, row, at)
    final = (at == last[row]) & (sender == ROBOT) & ~fallback
    result = np.zeros(size, dtype=bool)
    result[row[final]] = True
    return result
