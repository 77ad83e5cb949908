"""The planted truth: each conversation's facts, who came back when, what was solved at first contact.

Computed from the plan, apart from any SQL, so that it can prove the warehouse right or wrong.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from service_kpis.generate import world
from service_kpis.generate.clock import business_seconds
from service_kpis.generate.feedback import conversation_ids
from service_kpis.generate.frame import NONE, Frame, flags, instants, integers, numbered, pick, words
from service_kpis.generate.tickets import EXCLUSIONS

RESPONDERS = ("none", "bot", "human", "hybrid")
NEVER = np.iinfo(np.int64).max


class Notes:
    """Writes what is planted, table by table. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> Notes:
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self.writers.values():
            writer.close()

    def add(self, name: str, table: pa.Table) -> None:
        """Append rows to `<name>.parquet`."""
        if name not in self.writers:
            path = self.folder / f"{name}.parquet"
            self.writers[name] = pq.ParquetWriter(path, table.schema, compression="zstd")
        self.writers[name].write_table(table)


def conversations(
    contacts: Frame, facts: Frame, first_contact: dict[int, int], is_clean: np.ndarray
) -> pa.Table:
    """The truth table. `first_contact` is each system's first landed contact, `is_clean` is by contact.

    `bot_achieved`: in a chat or call with a bot, of a known customer and mature after 48 hours, the bot alone
    answered, was not given up or told that it failed, and nobody came back about the topic within 48 hours.
    """
    who = pick(contacts, facts["contact"])
    start, end = facts["started_at"], facts["ended_at"]
    countable = facts["excluded"] < 0
    served = facts["by_bot"] | facts["by_human"]
    known = ~who["anonymous"]
    anchor = countable & served & known
    next_at = next_contact(who["person"], who["landed_topic"], start, counted=countable & known)
    first_seen = np.array([first_contact.get(system, 0) for system in range(len(world.SYSTEMS))])[
        who["system"]
    ]
    in_time = solved_by_rule(who["kind"], facts)
    columns = {
        "source_system": words(world.SYSTEMS, who["system"]),
        "source_type": words(world.KINDS, who["kind"]),
        "source_conversation_id": conversation_ids(who["kind"], who["number"]),
        "conversation_seq": integers(facts["seq"]),
        "person_key": numbered("p", np.where(known, who["person"], -1)),
        "topic": words(world.TOPIC_NAMES, who["landed_topic"]),
        "channel": words(world.CHANNELS, who["channel"]),
        "responder": words(RESPONDERS, facts["by_bot"] + 2 * facts["by_human"]),
        "started_at": instants(start),
        "ended_at": instants(end),
        "is_countable": flags(countable),
        "exclusion_reason": words(EXCLUSIONS, facts["excluded"]),
        "is_served": flags(served),
        "is_resolved": flags(facts["is_resolved"]),
        "is_escalated": flags(facts["is_escalated"]),
        "is_reopened": flags(facts["is_reopened"]),
    }
    repeats, mature = {}, {}
    for name, window in world.WINDOWS.items():
        repeats[name] = next_at <= end + window
        mature[name] = (end + window <= world.PERIOD_END) & (start >= first_seen + window)
        columns[f"repeats_within_{name}"] = flags(repeats[name], anchor)
    for name in world.WINDOWS:
        columns[f"is_mature_{name}"] = flags(mature[name])
    solved = facts["is_resolved"] & in_time & ~facts["is_escalated"] & ~facts["is_reopened"]
    for name in world.WINDOWS:
        columns[f"fcr_{name}"] = flags(solved & ~repeats[name], anchor & mature[name])
    achieved = facts["by_bot"] & ~facts["by_human"] & ~facts["bot_abandoned"] & ~repeats["48h"]
    tried = facts["bot_took_part"] & (who["kind"] != world.TICKET)
    columns["bot_achieved"] = flags(achieved, tried & countable & known & mature["48h"])
    columns["is_clean"] = flags(is_clean[facts["contact"]])
    return pa.table(columns)


def next_contact(person: np.ndarray, topic: np.ndarray, start: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Start of the person's next counted contact about the same topic after each start; `NEVER` without one.

    A contact without a topic (-1) may be about any topic.
    """
    same = _next_in_group(person * 64 + topic + 1, start, counted)
    any_topic = _next_in_group(person, start, counted)
    blank = _next_in_group(person, start, counted & (topic < 0))
    return np.where(topic < 0, any_topic, np.minimum(same, blank))


def _next_in_group(group: np.ndarray, start: np.ndarray, counted: np.ndarray) -> np.ndarray:
    span = 1 << 27
    key = group * span + start - world.PERIOD_START
    known = np.sort(key[counted])
    if not len(known):
        return np.full(len(group), NEVER)
    place = np.minimum(np.searchsorted(known, key, side="right"), len(known) - 1)
    found = (known[place] > key) & (known[place] // span == group)
    return np.where(found, known[place] % span + world.PERIOD_START, NEVER)


def solved_by_rule(kind: np.ndarray, facts: Frame) -> np.ndarray:
    """The channel's rule: tickets within the first business hour; contacts with a bot alone must state it."""
    resolved_at = np.where(facts["resolved_at"] == NONE, facts["started_at"], facts["resolved_at"])
    spent = business_seconds(facts["team"], facts["started_at"], resolved_at)
    quick = (facts["resolved_at"] != NONE) & (spent <= world.FIRST_HOUR)
    bot_only = facts["by_bot"] & ~facts["by_human"]
    return np.where(kind == world.TICKET, quick, np.where(bot_only, facts["is_stated"], True))
