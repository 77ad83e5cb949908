"""The oracle on the worked cases of the catalogue and of DECISIONS.md, so that it may be believed."""

from fractions import Fraction
from typing import Any

import pytest
from oracle.clock import business_seconds
from oracle.conversation import Conversation
from oracle.kpis import kpis
from oracle.oracle import answer
from oracle.repeats import WINDOWS, issues
from worlds import Row, World, at, hours, seconds

AS_OF = at("2025-12-20 00:00")
MONDAY = at("2025-02-03 10:00")


def landing() -> World:
    """Something landed long before, so that nothing is left-censored."""
    world = World()
    world.call("long_ago", at("2024-01-02 10:00"))
    return world


def conversations(world: World) -> dict[tuple[str, int], Conversation]:
    """Text becomes what the loader makes of it: nothing to do, the rows are typed already."""
    return {(one.source_id, one.number): one for one in answer(world.tables, AS_OF).conversations}


@pytest.mark.parametrize(("late", "repeats"), [(0, True), (1e-6, False)])
def test_a_repeat_at_exactly_the_window_counts(late, repeats):
    world = landing()
    customer = {"customer_email": "a@example.org"}
    world.call("first", MONDAY, MONDAY + seconds(300), **customer)
    world.call("second", MONDAY + seconds(300 + late) + hours(48), **customer)
    first = conversations(world)["first", 1]
    assert (first.repeats["24h"], first.repeats["48h"], first.repeats["7d"]) == (False, repeats, True)
    assert first.fcr["48h"] is not repeats


def test_chains_of_1_1_1_3_are_four_issues_of_six_contacts():
    world = landing()
    for chain, length in enumerate((1, 1, 1, 3)):
        for link in range(length):
            world.call(f"{chain}{link}", MONDAY + hours(link), customer_email=f"{chain}@example.org")
    said = answer(world.tables, AS_OF)
    february = at("2025-02-01 00:00").date()
    issue, contact = (kpis(said)[f"fcr_{reading}_48h", february] for reading in ("issue", "contact"))
    assert (issue.numerator, issue.denominator) == (3, 4)
    assert (contact.numerator, contact.denominator) == (4, 6)
    assert sorted(map(len, issues(said.conversations, WINDOWS["48h"]))) == [1, 1, 1, 1, 3]


@pytest.mark.parametrize(("solved", "expected"), [("09:59:00", 3570), ("09:59:30", 3600), ("09:59:31", 3601)])
def test_an_email_of_friday_evening_is_due_on_monday_morning(solved, expected):
    received = at("2025-02-07 17:59:30")
    assert business_seconds(None, received, at(f"2025-02-10 {solved}")) == expected
    world = landing()
    world.solved_ticket("mail", received, at("2025-02-10 09:58"), at(f"2025-02-10 {solved}"))
    assert conversations(world)["mail", 1].fcr["48h"] is (expected <= 3600)


@pytest.mark.parametrize(
    ("start", "end", "open_hours"),
    [("2025-03-29 20:00", "2025-03-30 05:00", 7), ("2025-10-25 19:00", "2025-10-26 06:00", 9)],
)
def test_the_night_of_a_clock_change_is_an_hour_shorter_or_longer(start, end, open_hours):
    assert business_seconds("night_desk", at(start), at(end)) == open_hours * 3600


def test_two_chats_at_once_get_half_of_the_overlap():
    world = landing()
    for name, start in {"first": 0, "second": 600}.items():
        begins = MONDAY + seconds(start)
        more = {"bot_id": None, "agent_joined_at": begins, "agent_id": "ann", "end_reason": "agent_closed"}
        world.chat(name, begins, [(0, "customer"), (1200, "agent")], ended_at=begins + seconds(1200), **more)
    found = conversations(world)
    assert [found[name, 1].allocated_seconds for name in ("first", "second")] == [900, 900]
    assert found["first", 1].handle_seconds == Fraction(1200)


SOLVED = MONDAY + seconds(1200)
AFTER_THE_SOLVE: dict[str, tuple[list[tuple[float, str]], dict[str, Any]]] = {
    "thank_you": (
        [(2400, "customer"), (2400, "open"), (4200, "solved")],
        {"is_reopened": False, "resolved": 0},
    ),
    "answered": (
        [(2400, "customer"), (2400, "open"), (3600, "agent"), (4200, "solved")],
        {"is_reopened": True, "resolved": 4200},
    ),
    "waiting": ([(2400, "customer"), (2400, "open")], {"is_reopened": True, "resolved": None}),
    "taken_up": ([(2400, "open by agent"), (4200, "solved")], {"is_reopened": False, "resolved": 4200}),
}


@pytest.mark.parametrize("name", AFTER_THE_SOLVE)
def test_a_thank_you_is_no_reopening(name):
    steps, expected = AFTER_THE_SOLVE[name]
    world = landing()
    last = steps[-1][1]
    world.solved_ticket(
        name, MONDAY, MONDAY + seconds(600), SOLVED, status="solved" if last == "solved" else "open"
    )
    for offset, step in steps:
        happened_at = SOLVED + seconds(offset)
        if step in ("customer", "agent"):
            world.message(name, happened_at, step)
        elif step == "solved":
            world.status(name, happened_at, "open", "solved")
        else:
            world.status(
                name,
                happened_at,
                "solved",
                "open",
                actor_type=step.removeprefix("open by ").replace("open", "system"),
            )
    ticket = conversations(world)[name, 1]
    resolved = None if expected["resolved"] is None else SOLVED + seconds(expected["resolved"])
    assert (ticket.is_reopened, ticket.resolved_at) == (expected["is_reopened"], resolved)


@pytest.mark.parametrize(("late", "count"), [(0, 1), (1, 2)])
def test_a_customer_back_more_than_a_day_after_the_solve_begins_another_conversation(late, count):
    world = landing()
    world.solved_ticket("back", MONDAY, MONDAY + seconds(600), SOLVED)
    world.message("back", SOLVED + hours(24) + seconds(late), "customer")
    assert len([key for key in conversations(world) if key[0] == "back"]) == count


def test_nps_of_50_30_20_is_30():
    world = landing()
    for score, count in {10: 50, 7: 30, 0: 20}.items():
        for number in range(count):
            world.survey(f"{score}_{number}", "nps", score, MONDAY)
    nps = kpis(answer(world.tables, AS_OF))["nps", at("2025-02-01 00:00").date()]
    assert (nps.numerator, nps.denominator, nps.value) == (30, 100, 30)


def test_a_switchboard_makes_nobody_the_same_person():
    for people, customers in {10: 1, 11: 11}.items():
        world = landing()
        for number in range(people):
            world.call(
                f"c{number}", MONDAY, customer_email=f"{number}@example.org", customer_phone="+49 89 90000"
            )
        assert len({one.customer for one in conversations(world).values()}) == customers + 1


BOTS: dict[str, Row] = {
    "not_engaged": {"turns": [(0, "bot")]},
    "blocked": {"turns": [(0, "customer")], "end_reason": "error"},
    "escalated_lost": {"turns": [(0, "customer"), (5, "bot")], "handover_requested_at": MONDAY + seconds(9)},
    "resolved_confirmed": {"turns": [(0, "customer"), (5, "bot")], "outcome": "resolved_confirmed"},
    "abandoned_in_bot": {"turns": [(0, "customer"), (5, "bot?")]},
    "contained_durable": {"turns": [(0, "customer"), (5, "bot")]},
}


@pytest.mark.parametrize("outcome", BOTS)
def test_the_first_row_of_the_bot_outcome_tree_that_fits_wins(outcome):
    world = landing()
    columns = dict(BOTS[outcome])
    world.chat("chat", MONDAY, columns.pop("turns"), **columns)
    assert conversations(world)["chat", 1].bot.outcome == outcome
