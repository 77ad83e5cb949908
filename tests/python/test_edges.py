"""The edges of a run: what moved against the last good run warns, what cannot be stops the run."""

import hashlib
import re
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import duckdb
import pytest
from faults.bench import landing_with
from faults.fault import Fault, header
from runs import rows
from worlds import World

from service_kpis.edges import validate, watch
from service_kpis.edges.figures import Figures, columns_of, keep, measure
from service_kpis.edges.suites import Seen, suites
from service_kpis.load import load_landing, parse_zones
from service_kpis.load.contract import landing_tables

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
            for seed in ("word_map", "survey_questions"):
                connection.execute(
                    f"create schema if not exists seeds;"
                    f"create table seeds.{seed} as from '{CHECKOUT / 'seeds' / seed}.csv'"
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
            (self.as_of,) = connection.execute("select max(started_at) from raw.calls").fetchone()

    def unmet(self, last: dict[str, Figures]) -> set[tuple[str, str, str]]:
        """Suite, severity and sentence of each expectation that was not met."""
        seen = Seen(self.as_of, self.columns, {"core.fct_conversations": FACT_COLUMNS}, self.figures, last)
        request = {
            "run_id": "run_7",
            "build": str(self.build),
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


def nothing_but_a_header(landing: Path) -> None:
    for file in landing.iterdir():
        if file.name != "calls.csv":
            file.unlink()
    file = landing / "calls.csv"
    file.write_bytes(file.read_bytes().split(b"\n")[0] + b"\n")


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
def test_the_first_run_has_nothing_to_compare_itself_with(good):
    assert good.unmet({}) == set()


@pytest.mark.slow
def test_data_docs_name_every_suite_need_no_network_and_hold_nothing_personal(good):
    good.unmet(good.figures)
    docs = good.folder / "data_docs"
    index = (docs / "index.html").read_text()
    names = [f"landing.{table}" for table in landing_tables()] + [FACT_SUITE, "published.all"]
    assert re.findall(r'html">([\w.]+)</a>', index) == names
    pages = {page: page.read_text() for page in docs.rglob("*.html")}
    assert len(pages) == 1 + 2 * len(names)
    for page, text in pages.items():
        assert not re.search(r"https?://|<script|@example\.org", text), page
        links = [link for link in re.findall(r'href="([^"#]+)', text) if not (page.parent / link).exists()]
        assert not links, f"{page} leads to {links}"


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A good run, one that moved, one that brought nothing: their output, and the digest of the warehouse."""
    folder = tmp_path_factory.mktemp("story")
    faults = {
        "good": (None, 0),
        "moved": (Fault("longer holds", longer_holds), 0),
        "empty": (Fault("nothing", files=nothing_but_a_header), 1),
    }
    told = {}
    for name, (fault, code) in faults.items():
        landing = landing_with(fault, folder / name)
        command = [sys.executable, "-m", "service_kpis", "run", "--landing", str(landing)]
        places = ["--work", str(folder / "work"), "--warehouse", str(folder / "warehouse.duckdb")]
        done = subprocess.run([*command, *places], capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        told[name] = done.stdout, hashlib.sha256((folder / "warehouse.duckdb").read_bytes()).hexdigest()
    return folder, told


@pytest.mark.slow
def test_a_run_that_moved_is_published_with_warnings(story):
    _, told = story
    assert "Warning: landing." not in told["good"][0]
    moved = [line for line in told["moved"][0].splitlines() if line.startswith("Warning: ")]
    assert any("landing.calls: the mean of hold_seconds" in line and "30.0" in line for line in moved)
    assert told["moved"][1] != told["good"][1]


@pytest.mark.slow
def test_a_run_that_lost_everything_stops_and_leaves_the_warehouse(story):
    folder, told = story
    text, digest = told["empty"]
    assert f"Failed: expectation {FACT_SUITE}: it still has rows (the last good run: 300)" in text
    assert digest == told["moved"][1]
    assert rows(folder / "warehouse.duckdb", "select count(*) from core.fct_conversations") == [(300,)]


@pytest.mark.slow
def test_each_run_has_its_data_docs_and_the_published_file_its_figures(story):
    folder, _ = story
    assert len(list((folder / "work" / "runs").glob("*/data_docs/index.html"))) == 3
    figures = rows(
        folder / "warehouse.duckdb",
        "select value from quality.edge_figures"
        " where relation_name = 'raw.calls' and column_name = 'hold_seconds' and figure = 'mean'",
    )
    assert figures == [(30.0,)]
