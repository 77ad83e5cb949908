"""The edges of a run: what moved against the last good run warns, what cannot be stops the run."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import browser
import duckdb
import pytest
from faults.bench import landing_with
from faults.fault import Fault, header
from places import Place, load_numbers
from worlds import World

from service_kpis.edges import validate, watch
from service_kpis.edges.check import drop_other_docs
from service_kpis.edges.figures import Figures, columns_of, keep, measure, without_number
from service_kpis.edges.rhythm import hours_moved, weekdays_moved
from service_kpis.edges.suites import Seen, suites
from service_kpis.load import load_landing, parse_zones
from service_kpis.load.contract import landing_tables
from service_kpis.load.load import LoadSummary

CHECKOUT = Path(__file__).resolve().parents[2]
CRITICAL, WARNING = "critical", "warning"

FACT = """
create schema core;
create schema quality;
create table core.fct_conversations as
select
    call_id as conversation_id, 'phone' as channel, 'human' as responder, 'call' as source_type,
    call_id as customer_id, topic, answered_at as first_response_at, ended_at as resolved_at,
    hold_seconds as handle_seconds, 1.0::double as cost, started_at
from raw.calls
"""
FACT_COLUMNS = [
    "conversation_id", "channel", "responder", "source_type", "customer_id", "topic", "first_response_at",
    "resolved_at", "handle_seconds", "cost", "started_at",
]  # fmt: skip


class Run:
    """A loaded landing with a fact made of its calls."""

    def __init__(self, folder: Path, fault: Fault | None = None, sql: str = ""):
        self.folder, self.build = folder, folder / "build.duckdb"
        load_landing(str(landing_with(fault, folder)), self.build, parse_zones([]))
        everything = watch.read(CHECKOUT)
        relations = [
            each for each in everything.relations if each.is_landing or each.table == "fct_conversations"
        ]
        self.watched = replace(everything, relations=relations)
        with closing(duckdb.connect(str(self.build))) as connection:
            for seed in ("words/word_map", "kpis/survey_questions"):
                connection.execute(
                    f"create schema if not exists seeds;"
                    f"create table seeds.{seed.split('/')[1]} as from '{CHECKOUT / 'seeds' / seed}.csv'"
                )
            connection.execute(FACT)
            for statement in filter(None, sql.split(";")):
                connection.execute(statement)
            self.columns = columns_of(connection)
            self.figures = {
                each.relation: measure(connection, each.within(self.columns[each.relation]))
                for each in relations
            }
            keep(connection, "run_7", self.figures)
            self.without_number = without_number(connection, self.columns, ["core.fct_conversations"])
            (self.as_of,) = connection.execute("select max(started_at) from raw.calls").fetchone()

    def unmet(self, last: dict[str, Figures]) -> set[tuple[str, str, str]]:
        """Suite, severity and sentence of each expectation that was not met."""
        published = {"core.fct_conversations": FACT_COLUMNS}
        seen = Seen(self.as_of, self.columns, published, self.without_number, self.figures, last)
        request = {
            "run_id": "run_7",
            "landed": str(self.build),
            "published": str(self.build),
            "settings": {},
            "docs": str(self.folder / "data_docs"),
            "suites": [asdict(suite) for suite in suites(self.watched, seen)],
        }
        return {(found["suite"], found["severity"], found["sentence"]) for found in validate.main(request)}


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Run:
    return Run(tmp_path_factory.mktemp("good"))


def fewer_surveys(world: World) -> None:
    del world.tables["surveys"][::5]


def no_tickets(world: World) -> None:
    world.tables.pop("tickets")


def longer_holds(world: World) -> None:
    for row in world.tables["calls"]:
        row["hold_seconds"] *= 2


def chats_without_a_topic(world: World) -> None:
    for row in world.tables["chats"][:20]:
        row["topic"] = None


FACT_SUITE = "published.core.fct_conversations"
ROWS = "its rows are about as many as in the last good run"
EXCHANGED = header("tickets", channel="priority", priority="channel")


def level(suite: str, figure: str, column: str) -> tuple[str, str, str]:
    return suite, WARNING, f"the {figure} of {column} is about that of the last good run"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("nothing"), set()),
        (Fault("fewer surveys", fewer_surveys), {("landing.surveys", WARNING, ROWS)}),
        (Fault("no tickets", no_tickets), {("landing.tickets", WARNING, ROWS)}),
        (
            Fault("longer holds", longer_holds),
            {
                level("landing.calls", "mean", "hold_seconds"),
                level("landing.calls", "median", "hold_seconds"),
                level(FACT_SUITE, "mean", "handle_seconds"),
                level(FACT_SUITE, "median", "handle_seconds"),
            },
        ),
        (
            Fault("chats without a topic", chats_without_a_topic),
            {("landing.chats", WARNING, "topic is filled as often as in the last good run")},
        ),
        (
            Fault("two columns of words exchanged", files=EXCHANGED),
            {("landing.tickets", WARNING, "the words of channel are mixed as in the last good run")},
        ),
    ],
    ids=lambda value: value.id if isinstance(value, Fault) else "",
)
def test_a_landing_that_moved_warns(good, tmp_path, fault, expected):
    assert Run(tmp_path, fault).unmet(good.figures) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "delete from raw.chats where started_at > timestamp '2025-03-01';"
            "insert into raw.chats from raw.chats limit 20",
            {("landing.chats", WARNING, "the newest started_at lies at most 7 days before the cut-off")},
        ),
        (
            "alter table raw.agents drop column hired_at",
            {("landing.agents", CRITICAL, "it has the contract's columns and no others")},
        ),
        (
            "alter table raw.agents alter column hourly_cost type varchar",
            {("landing.agents", CRITICAL, "its columns have the contract's types")},
        ),
        (
            "delete from core.fct_conversations",
            {(FACT_SUITE, CRITICAL, "it still has rows"), (FACT_SUITE, WARNING, ROWS)},
        ),
        (
            "update core.fct_conversations set cost = 'nan' where conversation_id = 'c50'",
            {("published.all", CRITICAL, "every number is one"), level(FACT_SUITE, "mean", "cost")},
        ),
        (
            "alter table core.fct_conversations rename column conversation_id to id",
            {("published.all", CRITICAL, "all tables have their documented columns")},
        ),
    ],
    ids=["stale", "column lost", "column retyped", "emptied", "not a number", "documented column renamed"],
)
def test_what_cannot_be_is_critical_and_what_is_stale_warns(good, tmp_path, sql, expected):
    assert Run(tmp_path, sql=sql).unmet(good.figures) == expected


@pytest.mark.slow
def test_hours_that_move_within_a_landing_warn_by_source_and_month_with_the_shift(good, tmp_path):
    """Three sources of 1,000 calls a month between nine and five: one moves by eight hours, one closes its
    weekends, one has summer time."""
    calls = """
    insert into raw.calls by name
    select
        'call ' || i as call_id, system as source_system,
        timestamp '2025-01-01 09:00' + interval (i % 1000 * 65) minute
            - interval (i % 1000 * 65 // 480 * 480) minute
            + interval (i % 1000 % 28) day + interval (i // 1000) month
            + interval (case when i < 2000 then 0 when system = 'moves' then 8 when system = 'summer' then 1
                else 0 end) hour as started_at
    from range(3000) as calls (i), (values ('moves'), ('closes'), ('summer')) as systems (system);
    delete from raw.calls
    where source_system = 'closes' and started_at >= '2025-03-01' and dayofweek(started_at) in (0, 5, 6);
    -- A landing that begins on the last day of December, a Tuesday.
    insert into raw.calls by name
    select 'first ' || i as call_id, 'summer' as source_system, timestamp '2024-12-31 09:00' as started_at
    from range(1000) as calls (i)
    """
    run = Run(tmp_path, sql=calls)
    with closing(duckdb.connect(str(run.build))) as connection:
        hours = connection.execute(hours_moved("raw.calls", "started_at", "2025-04-30", 0.25)).fetchall()
        days = connection.execute(weekdays_moved("raw.calls", "started_at", "2025-04-30", 0.25)).fetchall()
    # Eight hours against the eight after them: with an hour of summer time allowed, one of eight is the same.
    assert hours == [("moves", "2025-03", 0.88, 8)]
    # Three of seven days are closed: their share, 12 of 28 days.
    assert [(source, month, round(share, 1)) for source, month, share in days] == [("closes", "2025-03", 0.4)]
    unmet = {found[:3] for found in run.unmet({}) if "month to month" in found[2]}
    assert unmet == {
        ("landing.calls", WARNING, f"the {parts} of started_at stay from month to month, in every source")
        for parts in ("hours of day", "weekdays")
    }


@pytest.mark.slow
def test_a_word_that_is_not_ours_counts_and_is_shown_nowhere(good, tmp_path):
    def named(world: World) -> None:
        for row in world.tables["calls"][:30]:
            row["direction"] = "Wilhelmina"

    run = Run(tmp_path, Fault("a name as a direction", named))
    assert run.figures["raw.calls"].shares["direction"] == {"inbound": 0.7, "other": 0.3}
    assert run.unmet(good.figures) == {
        ("landing.calls", WARNING, "the words of direction are mixed as in the last good run")
    }
    pages = [page for page in (tmp_path / "data_docs").rglob("*") if page.is_file()]
    assert len(pages) > 20 and not any(b"wilhelmina" in page.read_bytes().lower() for page in pages)


@pytest.mark.slow
def test_a_landing_table_may_be_a_view(good, tmp_path):
    as_view = "alter table raw.calls rename to landed; create view raw.calls as from raw.landed"
    assert Run(tmp_path, sql=as_view).unmet(good.figures) == set()


@pytest.mark.slow
def test_the_first_run_has_nothing_to_compare_itself_with(good):
    assert good.unmet({}) == set()


@pytest.mark.slow
def test_data_docs_name_every_suite_need_no_network_and_hold_nothing_personal(good):
    good.unmet(good.figures)
    docs = good.folder / "data_docs"
    index = (docs / "index.html").read_text()
    names = [f"landing.{table}" for table in landing_tables()] + [FACT_SUITE, "published.all"]
    assert sorted(re.findall(r'html">([\w.]+)</a>', index)) == sorted(names)
    pages = {page: page.read_text() for page in docs.rglob("*.html")}
    assert len(pages) == 1 + 2 * len(names)
    for page, text in pages.items():
        assert not re.search(r"https?://|<script|@example\.org", text), page
        links = [link for link in re.findall(r'href="([^"#]+)', text) if not (page.parent / link).exists()]
        assert not links, f"{page} leads to {links}"


@pytest.mark.slow
@browser.needs_a_browser
def test_data_docs_open_in_a_browser_without_a_network(good, tmp_path):
    good.unmet(good.figures)
    docs = Path(shutil.copytree(good.folder / "data_docs", tmp_path / "docs"))
    (calls,) = (docs / "validations" / "landing" / "calls").rglob("*.html")
    shown = {
        docs / "index.html": ("landing.calls", FACT_SUITE, "published.all", "none"),
        calls: (
            "it has the contract's columns and no others",
            "the newest started_at lies at most 7 days before the cut-off",
            "the mean of hold_seconds is about that of the last good run (the last good run: 15.00)",
        ),
    }
    for page, words in shown.items():
        seen = browser.look(page, page.parent, 1200)
        assert seen["complaints"] == [] and not seen["tooWide"]
        assert [name for name in seen["outside"] if not name.startswith("file:")] == []
        assert [word for word in words if word not in seen["visible"]] == []


EDGES = """
limits:
  rows_lost_share: 0.1
  rows_gained_share: 0.5
  filled_share_change: 0.05
  mix_divergence: 0.05
  level_change_share: 0.2
  rhythm_moved_share: 0.25
  stale_days: 7
landing: {}
published:
  core.fct_conversations: {levels: [conversation_id]}
"""
# Two tools: even numbers come from one, others from the other.
OF_TWO_TOOLS = """
{{ config(materialized='table') }}
select n as conversation_id, case when n % 2 = 0 then 'even' else 'odd' end as source_system
from {{ source('landing', 'numbers') }}
"""
MEAN = "select avg(conversation_id) as mean from {{ ref('fct_conversations') }} where conversation_id <> 0"
LOST = "published.core.fct_conversations, not met: it still has rows"


def load_nothing(location, build, zones, report, before=None):
    """A loader that found the table empty."""
    with closing(duckdb.connect(str(build))) as connection:
        connection.execute("create schema if not exists raw; create or replace table raw.numbers (n bigint)")
    return LoadSummary({"numbers": 0}, {}, [], {}, [])


@pytest.fixture(scope="module")
def story(tmp_path_factory, tiny_project):
    """Runs of the tiny project: a good one, one that moved, one that brought nothing; and where they ran."""
    place = Place(tmp_path_factory.mktemp("story"), tmp_path_factory.mktemp("watched") / "project")
    shutil.copytree(tiny_project, place.project)
    (place.project / "expectations").mkdir()
    (place.project / "expectations" / "edges.yml").write_text(EDGES)
    (place.project / "models" / "marts" / "mean.sql").write_text(MEAN)
    (place.project / "models" / "core" / "fct_conversations.sql").write_text(OF_TWO_TOOLS)
    runs = []
    for landing, load in (("2,4,6", load_numbers), ("2,4,6,8,10,12", load_numbers), ("", load_nothing)):
        runs.append((*place.run(landing, load), place.digest()))
    return place, runs


@pytest.mark.slow
def test_a_run_that_moved_is_published_with_warnings(story):
    _, ((code, text, before), (moved_code, moved_text, after), _) = story
    assert (code, moved_code) == (0, 0) and before != after
    assert "Warning: published" not in text
    figures = {
        "its rows are about as many as in": "observed: 6 (the last good run: 3)",
        "the mean of conversation_id is about that of": "observed: 7.0 (the last good run: 4.00)",
        "the median of conversation_id is about that of": "observed: 7.0 (the last good run: 4.00)",
    }
    assert [line for line in moved_text.splitlines() if "Warning: published" in line] == [
        f"Warning: published.core.fct_conversations, not met: {sentence} the last good run: {observed}"
        for sentence, observed in figures.items()
    ]


@pytest.mark.slow
def test_a_run_that_lost_everything_stops_and_leaves_the_warehouse(story):
    place, (_, (_, _, before), (code, text, after)) = story
    assert code == 1 and after == before
    assert f"Failed: expectation {LOST}" in text and "observed: 0 (the last good run: 6)" in text
    assert "Of even, which the last good run of this warehouse had, no conversation landed" in text
    assert "publish to another file (--warehouse)" in text
    assert place.query("select count(*) from core.fct_conversations") == [(6,)]


@pytest.mark.slow
def test_the_last_run_has_its_data_docs_and_the_published_file_its_figures(story):
    place, _ = story
    pages = sorted((place.work / "runs").glob("*/data_docs/index.html"))
    logs = sorted((place.work / "runs").glob("*.jsonl"))
    assert [page.parts[-3] for page in pages] == [logs[-1].stem] and len(logs) == 3
    assert "critical" in pages[0].read_text()
    failed = [json.loads(line) for line in logs[-1].read_text().splitlines()]
    assert [event["node"] for event in failed if event["event"] == "node_failed"] == [LOST]
    assert place.query("select value from quality.edge_figures where figure = 'mean'") == [(7.0,)]


@pytest.mark.slow
def test_a_check_that_breaks_stops_the_run(story, monkeypatch):
    place, runs = story
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    monkeypatch.setattr("service_kpis.run.PAUSE_SECONDS", 0)
    code, text = place.run("2,4,6")
    assert code == 1 and "the edges of the run cannot be checked" in text
    assert place.digest() == runs[1][2]


@pytest.mark.slow
def test_the_check_ends_with_the_run_that_began_it(tmp_path):
    """Before it is asked, and while it waits for the request in a pipe that nobody writes into."""
    os.mkfifo(tmp_path / "request.json")
    for asked in ("", f"{tmp_path}\n"):
        command = [sys.executable, "-m", "service_kpis.edges.validate"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
        try:
            process.stdin.write(asked)
            process.stdin.flush()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=8)
            process.stdin.close()
            assert process.wait(timeout=60) == bool(asked)
        finally:
            process.kill()
            process.wait()


def test_data_docs_of_other_runs_go_their_logs_stay(tmp_path):
    """Whatever their ids: the clock may have gone back."""
    for number in range(3):
        (tmp_path / f"run_{number}" / "data_docs").mkdir(parents=True)
        (tmp_path / f"run_{number}.jsonl").touch()
    drop_other_docs(tmp_path, "run_1")
    assert {path.name for path in tmp_path.iterdir()} == {"run_1", *(f"run_{n}.jsonl" for n in range(3))}


def test_a_view_whose_numbers_are_not_looked_at_has_a_test_that_reads_it():
    for relation, test in watch.read(CHECKOUT).audited.items():
        sql = (CHECKOUT / "tests" / "sql" / f"{test}.sql").read_text()
        assert f"ref('{relation.partition('.')[2]}')" in sql
