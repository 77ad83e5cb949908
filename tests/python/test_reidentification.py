"""Whoever has the marts, and knows all agents and customers, cannot tell the figures of one of them.

Alpha has six agents, beta five; gamma has two and solo one, whose calls last 1,111 seconds.
"""

import hashlib
from datetime import date, timedelta
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
LENGTHS = {"alpha": 300, "beta": 420, "gamma": 900, "solo": 1_111}
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
    world.add("costs", cost_month=date(2025, 8, 1), pool="labour", amount=30_000.0, currency="EUR")
    return world


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


def test_no_difference_of_shown_figures_is_that_of_too_few(marts):
    """Every sum of shown teams, taken from the whole, leaves the work of five agents or more, or of none."""
    sums = marts.execute(
        f"""
        select kpi_id, grain, period_start, coalesce(team, 'all'), numerator, n {ABOUT_WORK}
        and slice in ('all', 'team') and grain in ('month', 'quarter') and n > 0
        """
    ).fetchall()
    periods: dict[tuple, dict[str, float]] = {}
    for kpi, grain, start, team, _, n in sums:
        periods.setdefault((kpi, grain, start), {})[team] = n
    assert any(len(teams) > 1 for teams in periods.values())
    for period, teams in periods.items():
        shown = teams.keys() - {"all"}
        for size in range(1, len(shown) + 1):
            for chosen in combinations(sorted(shown), size):
                left = sum(count for team, count in TEAMS.items() if team not in chosen)
                assert left >= 5, (period, chosen)
    for (kpi, grain, start), teams in periods.items():
        if grain == "quarter":
            months = [periods.get((kpi, "month", start.replace(month=start.month + m)), {}) for m in range(3)]
            for month in months:
                assert month.keys() - {"all"} <= teams.keys(), (kpi, start)


def test_no_key_of_an_agent_can_be_guessed(marts):
    keys = {row[0] for row in marts.execute("select agent_key from marts.agent_performance").fetchall()}
    assert len(keys) == len(AGENTS)
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
