"""Whoever has the marts, and knows all agents and customers, cannot tell the figures of one of them.

From July on alpha has six agents, beta five, gamma two and solo one, whose calls last 1,111 seconds. In
January four of mixed have tickets, and a fifth calls; in April the five of beta have tickets, of which nobody
logs the time.
"""

import hashlib
from datetime import date, datetime, timedelta
from itertools import combinations

import duckdb
import pytest
import yaml
from runs import publish
from worlds import World, at

from service_kpis.docs import CHECKOUT

pytestmark = pytest.mark.slow

TEAMS = {"alpha": 6, "beta": 5, "gamma": 2, "solo": 1}
AGENTS = {f"{team}-{n}": team for team, count in TEAMS.items() for n in range(count)}
LENGTHS = {"alpha": 300, "beta": 420, "gamma": 900, "solo": 1_111, "mixed": 787}
# How many agents had calls and tickets, by quarter.
WORK = {
    date(2025, 1, 1): {"call": {"alpha": 6, "mixed": 1}, "ticket": {"mixed": 4}},
    date(2025, 4, 1): {"call": {"alpha": 6, "solo": 1}, "ticket": {"beta": 5}},
    date(2025, 7, 1): {"call": TEAMS},
}
EMAIL = "quetzal-{}@example.org"


def calls_of_a_quarter() -> World:
    """Two calls a weekday of each agent, from July to September; the agents' shifts; what they are paid."""
    world = World()
    for agent, team in AGENTS.items():
        world.add(
            "agents",
            agent_id=agent,
            team=team,
            is_bot=False,
            hourly_cost=23.45,
            hired_at=at("2021-03-04 00:00"),
        )
    for day in range(92):
        morning = at("2025-07-01 08:00") + timedelta(days=day)
        if morning.weekday() > 4:
            continue
        for number, (agent, team) in enumerate(AGENTS.items()):
            world.add(
                "agent_shifts",
                shift_id=f"{agent}-{day}",
                agent_id=agent,
                started_at=morning,
                ended_at=morning + timedelta(hours=8),
            )
            for turn in range(2):
                start = morning + timedelta(minutes=7 * number, hours=3 * turn)
                world.call(
                    f"call-{agent}-{day}-{turn}",
                    start,
                    start + timedelta(seconds=LENGTHS[team]),
                    agent_id=agent,
                    team=team,
                    customer_email=EMAIL.format(f"{day}-{number}"),
                )
    world.add("costs", cost_month=date(2025, 8, 1), pool="agent_labour", amount=30_000.0, currency="EUR")
    calls_and_tickets(world)
    return world


def calls_and_tickets(world: World) -> None:
    """Ten days of January and of April: two calls or one ticket a day of each agent; solo's pay."""
    for n in range(5):
        world.add("agents", agent_id=f"mixed-{n}", team="mixed", is_bot=False)
    for month in (date(2025, 1, 1), date(2025, 4, 1)):
        for day in range(10):
            morning = at(f"{month} 08:00") + timedelta(days=day)
            for kind, teams in WORK[month].items():
                for team, count in teams.items():
                    # Of mixed, the first has the calls.
                    first = 1 if (kind, team) == ("ticket", "mixed") else 0
                    for n in range(first, first + count):
                        work(world, kind, team, f"{team}-{n}", morning)
    world.add("costs", cost_month=date(2025, 4, 1), pool="agent_labour", amount=30_000.0, currency="EUR")
    world.add(
        "costs", cost_month=date(2025, 4, 1), pool="agent_labour", team="solo", amount=4_321.0, currency="EUR"
    )


def work(world: World, kind: str, team: str, agent: str, morning: datetime) -> None:
    """What an agent of calls or tickets does in a day."""
    name = f"{agent}-{morning:%m%d}"
    if kind == "ticket":
        solved = morning + timedelta(hours=2)
        world.ticket(
            name,
            morning,
            status="solved",
            solved_at=solved,
            assigned_agent_id=agent,
            team=team,
            customer_email=EMAIL.format(name),
        )
        world.message(name, morning + timedelta(hours=1), "agent", sender_id=agent)
        world.event(name, solved, "status_change", from_value="open", to_value="solved", actor_id=agent)
        return
    for turn in range(2):
        start = morning + timedelta(hours=3 * turn)
        world.call(
            f"{name}-{turn}",
            start,
            start + timedelta(seconds=LENGTHS[team]),
            agent_id=agent,
            team=team,
            customer_email=EMAIL.format(f"{name}-{turn}"),
        )


@pytest.fixture(scope="module")
def marts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("marts")
    landing = calls_of_a_quarter().write(folder / "landing")
    warehouse = publish(landing, folder, "--as-of", "2025-10-01T00:00:00")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        yield connection


ABOUT_WORK = """
    from marts.kpi_values join marts.kpi_definitions using (kpi_id)
    where is_about_agents
"""


def test_the_world_has_figures_to_hide(marts):
    """Handle time is known, by team where five or more worked, and of the whole by day."""
    shown = marts.execute(
        f"select team, value, n {ABOUT_WORK} and kpi_id = 'handle_time_mean' and slice = 'team'"
        " and grain = 'month' and period_start = '2025-08-01' and value is not null order by team"
    ).fetchall()
    weekdays = 21
    assert shown == [("alpha", 300 - 10, 6 * 2 * weekdays)]
    assert (
        marts.execute(
            f"select count(*) {ABOUT_WORK} and kpi_id = 'handle_time_mean' and grain = 'day'"
            " and slice = 'all' and value is not null"
        ).fetchone()[0]
        > 60
    )


def test_a_small_team_has_no_figure_about_its_work(marts):
    shown = marts.execute(
        f"select kpi_id, grain, team {ABOUT_WORK} and team in ('gamma', 'solo')"
        " and coalesce(value, numerator, denominator, n, n_pending, n_excluded) is not null"
    ).fetchall()
    assert shown == []


def test_no_team_has_one_by_day_or_week_nor_in_any_other_table_of_the_marts(marts):
    assert marts.execute(
        f"select count(*) {ABOUT_WORK} and slice = 'team' and grain in ('day', 'week')"
    ).fetchone() == (0,)
    private = {
        column["name"]
        for path in (CHECKOUT / "models" / "kpis").rglob("_models.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        if model["name"].startswith("kpi_") and model["config"].get("schema") != "marts"
        for column in model["columns"]
    } - {"kpi_date", "grain", "period_start", "slice", "channel", "topic", "team", "responder", "bot"}
    assert {"handle_seconds", "cost", "closed_issue_cost", "rostered_handled_seconds"} <= private
    # A call's resolution less its wait is its talk; how fast an agent of a chat answers is that agent's.
    assert {"human_resolution_seconds", "human_turn_latency_seconds", "context_switch_seconds"} <= private
    by_team = marts.execute(
        """
        select table_name, list(column_name) from duckdb_columns()
        where schema_name = 'marts' group by table_name having list_contains(list(column_name), 'team')
        """
    ).fetchall()
    assert {table for table, _ in by_team} >= {"kpi_fcr", "backlog", "chat_capacity", "agent_performance"}
    # agent_performance is by month and hides what is small: figures_of_fewer_than_five_agents_are_hidden.
    for table, columns in by_team:
        if table == "agent_performance":
            continue
        assert not private & set(columns), table


# Agents who had a part in each kind of contact; of tickets no handle time is known, and mixed works on both.
def parts(counted: str, quarter: date) -> list[dict[str, int]]:
    kinds = WORK[quarter]
    if counted == "employed":
        return [TEAMS | {"mixed": 5}]
    if counted == "handled":
        return [kinds["call"]]
    if counted == "worked":
        everybody = {
            team: 5 if team == "mixed" else TEAMS[team] for teams in kinds.values() for team in teams
        }
        return [everybody, kinds["call"]]
    return list(kinds.values())


def shown_teams(marts) -> dict[tuple, set[str]]:
    """Teams by figure, what its agents are counted by, grain and first day; agents' own months, too."""
    found: dict[tuple, set[str]] = {}
    for kpi, counted, grain, start, team in marts.execute(
        f"""
        select kpi_id, agents_counted, grain, period_start, team {ABOUT_WORK}
        and slice = 'team' and coalesce(value, numerator, n) is not null
        """
    ).fetchall():
        found.setdefault((kpi, counted, grain, start), set()).add(team)
    for start, team in marts.execute(
        "select month_start_date, team from marts.agent_performance where handled_count is not null"
    ).fetchall():
        for counted in ("worked", "handled"):
            found.setdefault(("agent_performance", counted, "month", start), set()).add(team)
    return found


def test_no_difference_of_shown_figures_is_that_of_too_few(marts):
    """Every sum of shown teams, taken from the whole, leaves the work of five agents or more, or of none."""
    periods = shown_teams(marts)
    assert {counted for _, counted, _, _ in periods} >= {"handled", "resolved", "worked", "employed"}
    assert any(len(shown) > 1 for shown in periods.values())
    for (figure, counted, grain, start), shown in periods.items():
        quarter = date(start.year, (start.month - 1) // 3 * 3 + 1, 1)
        for agents in parts(counted, quarter):
            assert all(agents.get(team, 5) >= 5 for team in shown), (figure, grain, start, shown)
            for size in range(1, len(shown) + 1):
                for chosen in combinations(sorted(shown), size):
                    left = sum(count for team, count in agents.items() if team not in chosen)
                    assert left == 0 or left >= 5, (figure, grain, start, chosen)
        if grain == "month" and figure != "agent_performance":
            assert shown <= periods.get((figure, counted, "quarter", quarter), set()), (figure, start)


def test_the_talk_of_one_cannot_be_told_from_resolutions_waits_and_agents(marts):
    """Alpha, without whom the whole would be one agent's calls, is shown from July on, as its agents are.

    Beta's tickets of April are five agents', and the whole without them is seven agents' calls.
    """
    resolved = marts.execute(
        f"""
        select distinct kpi_id, month(period_start), team {ABOUT_WORK}
        and agents_counted = 'resolved' and slice = 'team' and grain = 'month' and value is not null
        """
    ).fetchall()
    # Time from waiting for a person, in business hours, to the first solve: mean, median and 90th percentile.
    assert len({kpi for kpi, _, _ in resolved}) == 10
    assert {(month, team) for _, month, team in resolved} == {(4, "beta"), *((m, "alpha") for m in (7, 8, 9))}
    assert marts.execute(
        "select distinct month(month_start_date), team from marts.agent_performance"
        " where handled_count is not null order by all"
    ).fetchall() == [(7, "alpha"), (8, "alpha"), (9, "alpha")]


def test_what_a_team_of_one_is_paid_is_not_the_whole_without_the_others(marts):
    """Labour of 4,321 in April lands by team: no cost of April is shown by team, the whole is."""
    costs = marts.execute(
        f"""
        select slice, team, round(sum(numerator)) {ABOUT_WORK}
        and kpi_id = 'cost_per_interaction' and grain = 'month' and period_start = '2025-04-01'
        and slice in ('all', 'team') and n is not null group by all
        """
    ).fetchall()
    assert costs == [("all", None, 34_321)]


def test_no_key_of_an_agent_can_be_guessed(marts):
    keys = {row[0] for row in marts.execute("select agent_key from marts.agent_performance").fetchall()}
    assert len(keys) == len(AGENTS) + 5
    for agent in AGENTS:
        for text in (agent, f"default|{agent}", f"|default|{agent}", f"default{agent}", f"default:{agent}"):
            for make in (hashlib.md5, hashlib.sha1, hashlib.sha256):
                digest = make(text.encode()).hexdigest()
                assert digest[:16] not in keys and digest[-16:] not in keys


def test_no_customer_of_a_list_is_found(marts):
    """In any text of any published table, as they are or hashed."""
    people = [EMAIL.format(f"{day}-{number}") for day in (1, 30) for number in range(3)]
    guesses = {text for one in people for text in (one, f"b:{one}", f"email:{one}")}
    guesses |= {
        make(text.encode()).hexdigest()[:16]
        for text in set(guesses)
        for make in (hashlib.md5, hashlib.sha1, hashlib.sha256)
    }
    customers = {row[0] for row in marts.execute("select customer_id from core.dim_customers").fetchall()}
    assert len(customers) > 800
    assert not customers & guesses
    for (table,) in marts.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where not internal"
    ).fetchall():
        (found,) = marts.execute(
            f"select count(*) from {table} as one where contains(lower(one::varchar), 'quetzal')"
        ).fetchone()
        assert found == 0, table


def test_nothing_published_tells_pay_or_days_of_employment(marts):
    columns = {
        row[0]
        for row in marts.execute("select column_name from duckdb_columns() where not internal").fetchall()
    }
    assert not {name for name in columns if "hired" in name or "hourly" in name or "salary" in name}
    assert "left_at" not in columns
