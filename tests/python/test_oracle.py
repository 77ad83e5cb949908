"""The product and the oracle (tests/oracle) say the same of worlds made to be awkward (strange_worlds.py)."""

import math
from collections import Counter, defaultdict
from typing import Any

import pytest
from oracle.backlog import open_tickets
from oracle.conversation import Conversation, Key
from oracle.effort import seconds_passed, work_by_agent
from oracle.instants import Day
from oracle.kpis import kpis
from oracle.oracle import Answer, answer
from oracle.periods import first_day
from oracle.repeats import WINDOWS, issues
from strange_scene import AS_OF, ROSTERED
from strange_words import COLUMNS, NOBODYS_WORD
from strange_worlds import Rows, drawn, together
from worlds import Row, run_world

pytestmark = pytest.mark.slow

WORLD_COUNT = 500


@pytest.fixture(scope="module")
def worlds() -> list[Rows]:
    return drawn(WORLD_COUNT, are_clean=False)


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
    """What the oracle says, under the fact's names; of what is excluded only that it is, and why."""
    said = {"is_countable": one.is_countable, "started_at": one.started_at}
    if not one.is_countable:
        # Of several reasons the product names one.
        return said | ({"exclusion_reason": min(one.exclusions)} if len(one.exclusions) == 1 else {})
    said |= {
        "channel": one.channel,
        "topic": one.topic,
        "team": one.team,
        "responder": one.responder,
        "ended_at": one.ended_at,
        "first_response_at": _unless_day(one.first_response_at),
        "first_human_response_at": _unless_day(one.first_human_response_at),
        "first_resolved_at": one.first_resolved_at,
        "resolved_at": one.resolved_at,
        "first_response_seconds": one.first_response_seconds,
        "first_human_response_seconds": one.first_human_response_seconds,
        "first_response_business_seconds": one.first_response_business_seconds,
        "first_human_response_business_seconds": one.first_human_response_business_seconds,
        "resolution_seconds": one.resolution_seconds,
        "resolution_business_seconds": one.resolution_business_seconds,
        # A day is no instant from which a clock runs.
        "human_clock_started_at": _unless_day(one.human_clock_started_at),
        "queue_outcome": one.queue and one.queue.outcome,
        "queue_outcome_evidence": one.queue and ("stated" if one.queue.is_stated else "inferred"),
        "handle_seconds": one.handle_seconds,
        "hold_seconds": one.hold_seconds,
        "allocated_handle_seconds": one.allocated_seconds,
        "is_served": one.is_served,
        "is_resolved": one.is_resolved,
        "resolution_evidence": one.resolution_evidence,
        "is_escalated": one.is_escalated,
        "is_reopened": one.is_reopened,
        "is_abandoned": one.is_abandoned,
        "bot_outcome": one.bot and one.bot.outcome,
    }
    for window in WINDOWS:
        said[f"repeats_within_{window}"] = one.repeats.get(window)
        said[f"is_fcr_mature_{window}"] = one.is_mature[window]
        said[f"fcr_{window}"] = one.fcr.get(window)
    if one.queue and one.queue.outcome != "left_in_menu":
        said["wait_seconds"] = one.queue.wait_seconds
    if one.kind == "chat":
        said["bot_handle_seconds"] = one.bot_handle_seconds
    if one.is_anchor:
        said["next_same_topic_contact_at"] = one.next_same_topic_at
        said["next_any_contact_at"] = one.next_any_topic_at
    return said


def _unless_day(instant: Any) -> Any:
    return None if isinstance(instant, Day) else instant


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


def test_the_worlds_are_as_strange_as_they_should_be(said):
    found = Counter()
    for one in said.conversations:
        found.update(f"{one.kind} {reason}" for reason in one.exclusions)
        if one.queue:
            found[f"{one.kind} {one.queue.outcome} {'stated' if one.queue.is_stated else 'inferred'}"] += 1
            found[f"{one.kind} {one.queue.outcome}, wait unknown"] += one.queue.wait_seconds is None
        found[f"{one.kind} {one.resolution_evidence}"] += 1
        found[f"{one.kind} with a record"] += one.has_record
        found[f"{one.kind} with messages that cannot be read"] += one.is_response_hidden
        found[f"{one.kind} with a clock of its own"] += one.response_clock_at != one.started_at
        found[f"{one.kind} of a day"] += isinstance(one.started_at, Day)
    wanted = {
        **{f"call {reason}": 5 for reason in ("unmapped", "internal", "outbound", "failed", "with a record")},
        **{f"call {outcome} stated": 15 for outcome in ("voicemail", "callback_requested", "overflow")},
        **{"call abandoned stated": 100, "call abandoned inferred": 50, "call abandoned, wait unknown": 20},
        **{"call answered, wait unknown": 30, "chat abandoned, wait unknown": 15, "chat with a record": 20},
        **{"chat abandoned stated": 50, "chat abandoned inferred": 30, "chat outbound": 50},
        **{"chat with messages that cannot be read": 10, "chat with a clock of its own": 200},
        **{"ticket with messages that cannot be read": 50, "ticket with a clock of its own": 20},
        **{
            "ticket record_of_contact": 80,
            "ticket unmapped": 8,
            "ticket outbound": 100,
            "ticket of a day": 10,
        },
    }
    assert {name: found[name] for name, least in wanted.items() if found[name] < least} == {}


def test_words_that_nobody_knows_are_too_few_to_stop_a_run(worlds):
    tables = together(worlds).tables
    for table, columns in COLUMNS.items():
        for column in columns:
            landed = [row[column] for row in tables[table] if row.get(column) is not None]
            assert 0 < landed.count(NOBODYS_WORD) < 0.019 * len(landed), (table, column)


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


def test_no_bot_of_the_roster_is_anybodys_agent(worlds, warehouse):
    rostered = {row["source_system"] for row in together(worlds).tables["agents"] if row["is_bot"]}
    for table in ("fct_conversations", "fct_handle_segments"):
        rows = warehouse.rows(f"select source_system from core.{table} where agent_id = ?", ROSTERED)
        systems = {row["source_system"] for row in rows}
        assert systems, "nowhere is it a person"
        assert systems & rostered == set()


def test_the_backlog_is_the_same(said, warehouse):
    theirs = {
        row["backlog_date"]: row["open_count"]
        for row in warehouse.rows(
            "select backlog_date, sum(open_count) as open_count from core.fct_backlog_days group by all"
        )
    }
    ours = open_tickets(said.conversations, AS_OF)
    different = {
        day: (ours[day], theirs.get(day, 0))
        for day in ours.keys() | theirs.keys()
        if ours[day] != theirs.get(day, 0)
    }
    assert different == {}, "day: (oracle, product)"


@pytest.mark.parametrize("grain", ["day", "month"])
def test_periods_begin_with_what_landed_first(worlds, warehouse, grain):
    first = first_day(together(worlds).tables, AS_OF)
    found = warehouse.row("select min(period_start) as day from marts.kpi_values where grain = ?", grain)
    assert found["day"] == (first if grain == "day" else first.replace(day=1))


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
