"""The product and the oracle (tests/oracle) say the same of worlds made to be awkward (strange_worlds.py)."""

import math
from collections import defaultdict
from typing import Any

import pytest
from oracle.conversation import Conversation, Key
from oracle.effort import seconds_passed, work_by_agent
from oracle.kpis import kpis
from oracle.oracle import Answer, answer
from oracle.repeats import WINDOWS, issues
from strange_scene import AS_OF
from strange_worlds import Rows, drawn, together
from worlds import Row, run_world

pytestmark = pytest.mark.slow

WORLD_COUNT = 500


@pytest.fixture(scope="module")
def worlds() -> list[Rows]:
    return drawn(WORLD_COUNT)


@pytest.fixture(scope="module")
def warehouse(worlds, tmp_path_factory):
    opened = run_world(together(worlds), tmp_path_factory.mktemp("oracle"), AS_OF)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def found(warehouse) -> dict[Key, Row]:
    return {key_of(row): row for row in warehouse.rows("from core.fct_conversations")}


@pytest.fixture(scope="module")
def said(worlds, found) -> Answer:
    said = answer(together(worlds).tables, AS_OF)
    for one in said.conversations:
        one.conversation_id = found.get(one.key, {}).get("conversation_id", "")
    return said


def key_of(row: Row) -> Key:
    return row["source_system"], row["source_type"], row["source_conversation_id"], row["conversation_seq"]


def facts(one: Conversation) -> Row:
    """What the oracle says, under the fact's names; of what is excluded only that it is."""
    said = {"is_countable": one.is_countable, "started_at": one.started_at}
    if not one.is_countable:
        return said
    said |= {
        "topic": one.topic,
        "responder": one.responder,
        "ended_at": one.ended_at,
        "first_response_at": one.first_response_at,
        "first_human_response_at": one.first_human_response_at,
        "first_resolved_at": one.first_resolved_at,
        "resolved_at": one.resolved_at,
        "first_response_seconds": one.first_response_seconds,
        "first_human_response_seconds": one.first_human_response_seconds,
        "first_response_business_seconds": one.first_response_business_seconds,
        "first_human_response_business_seconds": one.first_human_response_business_seconds,
        "resolution_seconds": one.resolution_seconds,
        "resolution_business_seconds": one.resolution_business_seconds,
        "handle_seconds": one.handle_seconds,
        "allocated_handle_seconds": one.allocated_seconds,
        "is_served": one.is_served,
        "is_resolved": one.is_resolved,
        "is_escalated": one.is_escalated,
        "is_reopened": one.is_reopened,
        "is_abandoned": one.is_abandoned,
        "bot_outcome": one.bot and one.bot.outcome,
    }
    for window in WINDOWS:
        said[f"repeats_within_{window}"] = one.repeats.get(window)
        said[f"is_fcr_mature_{window}"] = one.is_mature[window]
        said[f"fcr_{window}"] = one.fcr.get(window)
    if one.is_anchor:
        said["next_same_topic_contact_at"] = one.next_same_topic_at
        said["next_any_contact_at"] = one.next_any_topic_at
    return said


def is_same(said: Any, found: Any) -> bool:
    if isinstance(found, float) and said is not None:
        return math.isclose(said, found, rel_tol=1e-9, abs_tol=1e-6)
    return said == found


def world_of(worlds: list[Rows], system: str) -> str:
    """A world's rows, to be read."""
    number = int(system[1:])
    rows = [
        f"{table}: " + ", ".join(f"{name}={value}" for name, value in row.items() if value is not None)
        for table, rows in worlds[number].items()
        for row in rows
    ]
    return "\n".join([f"world {number}", *rows])


def test_every_conversation_is_in_both(said, found):
    assert len(said.conversations) > 4_000
    assert {one.key for one in said.conversations} == found.keys()


@pytest.mark.parametrize("kind", ["ticket", "chat", "call"])
def test_conversations_are_the_same(worlds, said, found, kind):
    different = [
        (one.key, column, f"oracle {value}", f"product {found[one.key][column]}")
        for one in said.conversations
        if one.kind == kind and one.key in found
        for column, value in facts(one).items()
        if not is_same(value, found[one.key][column])
    ]
    assert not different, "\n".join([*map(str, different), world_of(worlds, different[0][0][0])])


def test_customers_are_the_same(worlds, said, found):
    """One customer of the oracle is one of the product, and nobody is nobody."""
    pairs = {(one.customer, found[one.key]["customer_id"]): one.system for one in said.conversations}
    assert (None, None) in pairs
    ours, theirs = defaultdict(set), defaultdict(set)
    for our, their in pairs:
        ours[our].add(their)
        theirs[their].add(our)
    different = [s for (our, their), s in pairs.items() if len(ours[our]) > 1 or len(theirs[their]) > 1]
    assert not different, world_of(worlds, different[0])


def test_issues_are_the_same(worlds, said, found):
    theirs = defaultdict(set)
    for key, row in found.items():
        if row["issue_id"] is not None:
            theirs[row["issue_id"]].add(key)
    ours = {frozenset(one.key for one in chain) for chain in issues(said.conversations, WINDOWS["48h"])}
    different = ours ^ {frozenset(keys) for keys in theirs.values()}
    assert not different, f"{sorted(different, key=sorted)}\n{world_of(worlds, min(min(different))[0])}"


def test_what_is_shared_among_an_agents_conversations_is_the_time_that_passed(said, warehouse):
    shared = {
        (row["source_system"], row["agent_id"]): row["seconds"]
        for row in warehouse.rows(
            "select source_system, agent_id, sum(allocated_seconds) as seconds"
            " from core.fct_handle_segments where agent_id is not null group by all"
        )
    }
    passed = {
        agent: seconds_passed(stretches)
        for agent, stretches in work_by_agent(said.conversations).items()
        if agent is not None
    }
    assert passed.keys() == shared.keys()
    assert len(passed) > 300
    assert [agent for agent, seconds in passed.items() if not is_same(seconds, shared[agent])] == []


def test_monthly_kpis_are_the_same(said, warehouse):
    """Hidden values are small samples; their numerators and denominators stay."""
    theirs = {
        (row["kpi_id"], row["period_start"]): row
        for row in warehouse.rows("from marts.kpi_values where grain = 'month' and slice = 'all'")
    }
    ours = kpis(said)
    different = []
    for key, our in ours.items():
        their = theirs.get(key, {})
        is_hidden = their.get("no_value_reason") == "small_n"
        is_found = (
            is_same(our.denominator, their.get("denominator"))
            and (our.numerator is None or is_same(our.numerator, their["numerator"]))
            and (is_hidden or is_same(our.value, their["value"]))
        )
        if not is_found:
            different.append((*key, f"oracle {our}", f"product {their}"))
    assert len(ours) > 300
    assert not different, "\n".join(map(str, sorted(different)))
