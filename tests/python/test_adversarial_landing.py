"""A clean world in the words, gaps and habits of other tools: every KPI is the same, or NULL with its reason.

Never different and silent. Each tool has its words (`tongues.csv`) and several habits (`habits.py`).
"""

import copy
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from habits import TOOLS, Habit
from rebuilt import Build, connected
from tongues import Form, Landing, clean_world, speak

from service_kpis.errors import CannotStart
from service_kpis.load import load_landing, parse_zones
from service_kpis.load.findings import Findings, look

pytestmark = pytest.mark.slow

SEED = 5
SHOWN_DIFFERENCES = 10
CLEAN_FORM = Form()


class Key(NamedTuple):
    """Which KPI, of which period and slice."""

    kpi_id: str
    grain: str
    period_start: date
    slice: str
    channel: str | None
    topic: str | None
    team: str | None
    responder: str | None
    bot: str | None


class Found(NamedTuple):
    """What is published of it, and the sums beneath, also those too few to be shown."""

    value: float | None
    numerator: float | None
    denominator: float | None
    n: int | None
    n_pending: int | None
    n_excluded: int | None
    ci_low: float | None
    ci_high: float | None
    no_value_reason: str | None
    summed_numerator: float | None
    summed_denominator: float | None
    summed_n: float | None
    summed_pending: float | None
    summed_excluded: float | None

    @property
    def observed(self) -> float:
        """Counted, pending and left out."""
        return (self.summed_n or 0) + (self.summed_pending or 0) + (self.summed_excluded or 0)


Different = tuple[Key, Found | None, Found | None]

KPIS = f"""
    SELECT
        {", ".join(f"coalesce(shown.{name}, sums.{name}) AS {name}" for name in Key._fields)},
        {", ".join(f"shown.{name}" for name in Found._fields[:9])},
        sums.numerator AS summed_numerator, sums.denominator AS summed_denominator, sums.n AS summed_n,
        sums.n_pending AS summed_pending, sums.n_excluded AS summed_excluded
    FROM marts.kpi_values AS shown FULL JOIN kpis.int_kpi_sums AS sums
        ON {" AND ".join(f"shown.{name} IS NOT DISTINCT FROM sums.{name}" for name in Key._fields)}
"""


class Clean(NamedTuple):
    """The clean world, and what the product made of it."""

    landing: Landing
    build: Build
    kpis: Path


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Clean:
    folder = tmp_path_factory.mktemp("clean")
    landing = clean_world(folder / "generated", SEED)
    build = Build(CLEAN_FORM.write(landing, folder / "landing"), folder)
    with connected(build.build) as connection:
        assert connection.execute("SELECT count(*) FROM quality.rejects").fetchone() == (0,)
        connection.execute(f"ATTACH '{folder / 'kpis.duckdb'}' AS kept")
        connection.execute(f"CREATE TABLE kept.kpis AS {KPIS}")
    return Clean(landing, build, folder / "kpis.duckdb")


@pytest.mark.parametrize("name", TOOLS)
def test_every_kpi_of_a_tools_landing_is_that_of_the_clean_world_or_says_why_not(clean, tmp_path, name):
    tool = TOOLS[name]
    habits = tool.habits
    landing = copy.deepcopy(clean.landing)
    for habit in habits:
        habit.change(landing)
    speak(landing, tool.tongues)
    folder = tool.form.write(landing, tmp_path / "landing")
    file = clean.build.load(folder, tmp_path, tool.zone, tool.countries)
    with connected(file) as connection:
        assert unsaid(look(connection), habits) == []
        clean.build.run(connection)
        found = differences(connection, clean.kpis)
    assert described([different for different in found if not is_owned_up_to(different, habits)]) == ""


@pytest.mark.parametrize(
    "place",
    [
        *("tickets.status", "tickets.channel", "ticket_messages.sender_type", "ticket_events.event_type"),
        *("chats.channel", "chats.end_reason", "chats.outcome", "chat_messages.sender_type"),
        *("calls.direction", "calls.outcome"),
    ],
)
def test_a_run_does_not_start_where_nobody_knows_every_twentieth_word(clean, tmp_path, place):
    landing = copy.deepcopy(clean.landing)
    table, column = place.split(".")
    for row in [row for row in landing[table] if row[column] is not None][::20]:
        row[column] = "Qwertz zuiop"
    (stop,) = loaded(landing, tmp_path).stops
    assert stop.startswith(f"{place}: ")
    assert "hold words that nobody knows, and KPIs rest on them" in stop


def numbers_begin_anew(landing: Landing) -> None:
    """The messages of each chat are numbered from 1."""
    numbers: Counter[str] = Counter()
    for message in landing["chat_messages"]:
        numbers[message["chat_id"]] += 1
        message["message_id"] = numbers[message["chat_id"]]


def agents_are_users(landing: Landing) -> None:
    """Chatwoot calls an agent User, and a customer Contact."""
    words = {"agent": "User", "customer": "Contact", "bot": "AgentBot"}
    for message in landing["chat_messages"]:
        message["sender_type"] = words.get(message["sender_type"], message["sender_type"])


def customers_have_umlauts(landing: Landing) -> None:
    for call in landing["calls"]:
        call["subtopic"] = "Rückerstattung"


@pytest.mark.parametrize(
    ("change", "form", "said"),
    [
        (numbers_begin_anew, Form(), "chat_messages: message_id begins anew in each chat_id"),
        (agents_are_users, Form(), "chat_messages.sender_type of source system contact_centre: user"),
        (customers_have_umlauts, Form(encoding="cp1252"), "calls: 261 lines are refused (not_utf8)"),
        (dict, Form(lambda at: f"{at:%d.%m.%Y %H:%M:%S}"), "calls: 261 lines are refused (unparseable"),
        (dict, Form(lambda at: f"{at:%m/%d/%Y %H:%M}"), "tickets: 405 lines are refused (unparseable"),
        (dict, Form(lambda at: f"{at.timestamp():.0f}"), "chats: 341 lines are refused (unparseable"),
        (dict, Form(truth=("Ja", "Nein")), "agents.is_bot: 38 of 38 values cannot be read"),
    ],
)  # fmt: skip
def test_a_run_does_not_start_on_what_would_be_read_as_something_else(clean, tmp_path, change, form, said):
    landing = copy.deepcopy(clean.landing)
    change(landing)
    assert said in "\n".join(loaded(landing, tmp_path, form).stops)


def test_a_run_does_not_start_on_another_separator(clean, tmp_path):
    with pytest.raises(CannotStart, match="required column shift_id is missing"):
        loaded(clean.landing, tmp_path, Form(separator=";"))


def loaded(landing: Landing, folder: Path, form: Form = CLEAN_FORM) -> Findings:
    location = form.write(landing, folder / "landing")
    return load_landing(str(location), folder / "build.duckdb", parse_zones([])).findings


def told(value: float | None, n: float, excluded: float = 0, reason: str | None = None) -> Found:
    return Found(value, None, None, int(n), 0, 0, None, None, reason, value, n, n, 0, excluded)


KEY = Key("handle_time_mean", "month", date(2025, 3, 1), "all", *[None] * 5)
LOSING = Habit(dict, may_lose=("handle_time_",))


@pytest.mark.parametrize(
    ("after", "is_fine"),
    [
        (told(6.0, 20), False),
        (told(6.0, 18), False),
        (told(6.0, 18, excluded=1), False),
        (told(None, 0, excluded=19), False),
        (told(None, 0, excluded=20), False),
        (told(6.0, 18, excluded=2), True),
        (told(None, 0, excluded=20, reason="no_population"), True),
    ],
)
def test_the_comparison_forgives_what_is_left_out_and_said_and_nothing_else(after, is_fine):
    before = told(5.0, 20)
    assert not is_same(before, after)
    assert is_owned_up_to((KEY, before, after), [LOSING]) is is_fine
    assert not is_owned_up_to((KEY, before, after), [Habit(dict)])
    assert not is_owned_up_to((KEY._replace(kpi_id="nps"), before, after), [LOSING])


def unsaid(findings: Findings, habits: Iterable[Habit]) -> list[str]:
    """What a run should have said, and reasons for which it would not have started."""
    text = "\n".join(findings.said)
    return [said for habit in habits for said in habit.said if said not in text] + findings.stops


def differences(connection: duckdb.DuckDBPyConnection, kpis: Path) -> list[Different]:
    """Every KPI of every period and slice that is not the same in both, floats to a billionth."""
    connection.execute(f"ATTACH '{kpis}' AS kept (READ_ONLY)")
    connection.execute(f"CREATE TEMP TABLE kpis AS {KPIS}")
    assert connection.execute("SELECT count(DISTINCT kpi_id) > 200 FROM kpis").fetchone() == (True,)
    before, after = (
        by_key(connection, f"FROM {first} EXCEPT FROM {second}")
        for first, second in (("kept.kpis", "temp.kpis"), ("temp.kpis", "kept.kpis"))
    )
    pairs = [(key, before.get(key), after.get(key)) for key in before | after]
    return [pair for pair in pairs if not is_same(*pair[1:])]


def by_key(connection: duckdb.DuckDBPyConnection, query: str) -> dict[Key, Found]:
    width = len(Key._fields)
    return {Key(*row[:width]): Found(*row[width:]) for row in connection.execute(query).fetchall()}


def is_same(before: Found | None, after: Found | None) -> bool:
    if before is None or after is None:
        return before == after
    return all(
        one == other or (isinstance(one, float) and other == pytest.approx(one, rel=1e-9, abs=1e-9))
        for one, other in zip(summed(before), summed(after), strict=True)
    )


def summed(found: Found) -> Found:
    """Where nothing is counted, a sum of 0 is none."""
    return found if found.summed_n else found._replace(numerator=None, summed_numerator=None)


def is_owned_up_to(different: Different, habits: Iterable[Habit]) -> bool:
    """Whether a habit explains it: rows left out from the start, no value, fewer observations, or said."""
    key, before, after = different
    if any(habit.adds for habit in habits) and is_same(without_excluded(before), without_excluded(after)):
        return True
    if any(key.kpi_id.startswith(habit.moves) for habit in habits):
        return True
    return any(key.kpi_id.startswith(habit.may_lose) for habit in habits) and is_lost(before, after)


def is_lost(before: Found | None, after: Found | None) -> bool:
    """Whether it has a reason now, or as many observations less as are left out more.

    Or the same sums are shown of a team in which one agent more or less was at work.
    """
    if after is None or before is None:
        return after is None
    if after.observed != before.observed:
        return False
    if after.n is not None and after.value is None and after.no_value_reason is None:
        return False
    is_veiled = (before.n is None) != (after.n is None) and is_same(only_sums(before), only_sums(after))
    is_explained = after.no_value_reason is not None and before.no_value_reason is None
    return is_veiled or is_explained or (after.summed_excluded or 0) > (before.summed_excluded or 0)


def only_sums(found: Found) -> Found:
    return Found(*[None] * 9, *found[-5:])


def without_excluded(found: Found | None) -> Found:
    """Of a KPI of which nothing is counted, no row may say that something was left out."""
    nothing = Found(*[None] * len(Found._fields))
    found = (found or nothing)._replace(n_excluded=None, summed_excluded=None)
    return found if found.summed_n or found.summed_pending or found.value else nothing


def described(found: list[Different]) -> str:
    kpis = sorted({key.kpi_id for key, *_ in found})
    if not found:
        return ""
    lines = [f"{tuple(filter(None, key))}: {before} became {after}" for key, before, after in found]
    return "\n".join([f"{len(found)} differences in {len(kpis)} KPIs: {kpis}", *lines[:SHOWN_DIFFERENCES]])
