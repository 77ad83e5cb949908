"""Each rule on what is unknown, broken on purpose, changes the stated answers of its cases, and no others.

The answers are those of test_unknown_words_and_gaps, all over one landing.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import duckdb
import pytest
import test_unknown_words_and_gaps as gaps
from broken_rules import BROKEN, LOADER, Broken
from rebuilt import Build, Model, connected
from shared import CHECKOUT

from service_kpis.load import load, load_landing, parse_zones

pytestmark = pytest.mark.slow

ASKED = (
    *("fct_conversations", "fct_response_turns", "fct_dialogues", "fct_survey_responses", "fct_backlog_days"),
    *("kpi_access", "kpi_response_times", "kpi_tickets", "kpi_due_tickets", "kpi_dialogues", "rejects"),
)
"""The models that the answers are read from."""

Answer = Callable[[], None]
"""Raises where the landing of the gaps does not give it."""


class OtherWords:
    """A connection that says `instead` where it is told to say what `was`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, was: str, instead: str):
        self._connection, self._was, self._instead = connection, was, instead
        self.has_said = False

    def execute(self, sql: str, *values):
        self.has_said |= self._was in sql
        return self._connection.execute(sql.replace(self._was, self._instead), *values)

    def __getattr__(self, name: str):
        return getattr(self._connection, name)


class Bench:
    """The landing of the gaps, built once; a broken rule is tried in a transaction that is rolled back."""

    def __init__(self, folder: Path):
        self._folder, self._landing = folder, gaps.write(folder / "landing", gaps.TABLES)
        build = Build(self._landing, folder, countries=[gaps.PHONE_COUNTRY], models=ASKED)
        self.connection, self._models = connected(build.build), build.models
        self.connection.execute("create temp table unbroken as from core.fct_conversations")
        self._answers = list(answers(self))
        self._told: dict[str, list[tuple]] = {}
        self._changed_systems: set[str] | None = None
        self.red_at_first = self.red()

    def rows(self, query: str) -> list[tuple]:
        """What the answers ask with; of a source system whose conversations did not change it is known."""
        of_one_system = re.search(r"from core.fct_conversations where source_system = '(\w+)'", query)
        if self._changed_systems is None:
            self._told[query] = self.connection.execute(query).fetchall()
        elif not of_one_system or of_one_system[1] in self._changed_systems:
            return self.connection.execute(query).fetchall()
        return self._told[query]

    def red(self) -> set[str]:
        """The cases that do not have their stated answers."""
        return {case for case, answer in self._answers if not holds(answer)}

    def red_without(self, broken: Broken) -> set[str]:
        """The same without a rule; only what lies below it is built again."""
        loaded = self._loaded(broken) if broken.place == LOADER else []
        self.connection.begin()
        try:
            changed = self._taken_over(loaded) | self._sown(broken)
            for model in self._models:
                sql = model.sql
                if stands_in(broken, model):
                    sql = sql.replace(broken.was, broken.instead)
                if sql != model.sql or any(relation in sql for relation in changed):
                    changed.add(model.relation)
                    self.connection.execute(f"create or replace {model.kind} {model.relation} as {sql}")
            assert changed, f"{broken.place} does not say {broken.was}"
            self._changed_systems = self._systems_that_changed()
            return self.red()
        finally:
            self.connection.rollback()

    def _systems_that_changed(self) -> set[str]:
        now, before = "from core.fct_conversations", "from unbroken"
        changed = f"(({now} except {before}) union all ({before} except {now}))"
        systems = self.connection.execute(f"select distinct source_system from {changed}").fetchall()
        return {system for (system,) in systems}

    def _sown(self, broken: Broken) -> set[str]:
        """Sow the seed in which the rule stands, if it is one."""
        seed = CHECKOUT / broken.place
        if seed.suffix != ".csv":
            return set()
        text = seed.read_text(encoding="utf-8")
        assert broken.was in text, f"{broken.place} does not say {broken.was}"
        file, table = self._folder / seed.name, f'"seeds"."{seed.stem}"'
        file.write_text(text.replace(broken.was, broken.instead), encoding="utf-8")
        self.connection.execute(f"delete from {table}")
        self.connection.execute(
            f"insert into {table} from read_csv('{file}', header = true, all_varchar = true)"
        )
        return {table}

    def _loaded(self, broken: Broken) -> list[str]:
        """Load the landing by a loader without the rule; the names of its tables in the database `broken`."""
        file, opened, connections = self._folder / "broken.duckdb", load._open, []

        def open_to_other_words(build: Path) -> OtherWords:
            connection = opened(build)
            connection.execute("pragma disable_optimizer")
            connections.append(OtherWords(connection, broken.was, broken.instead))
            return connections[0]

        self.connection.execute("detach database if exists broken")
        file.unlink(missing_ok=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(load, "_open", open_to_other_words)
            patch.setattr(load, "look", lambda _: load.Findings())
            load_landing(str(self._landing), file, parse_zones([], [gaps.PHONE_COUNTRY]))
        assert connections[0].has_said, f"the loader does not say {broken.was}"
        self.connection.execute(f"attach '{file}' as broken (read_only)")
        tables = "select table_name from duckdb_tables() where database_name = 'broken'"
        return [table for (table,) in self.connection.execute(tables).fetchall()]

    def _taken_over(self, tables: list[str]) -> set[str]:
        for table in tables:
            self.connection.execute(f"create or replace table raw.{table} as from broken.raw.{table}")
        return {f'"raw"."{table}"' for table in tables}


def answers(bench: Bench) -> Iterator[tuple[str, Answer]]:
    """All that is asked of the landing of the gaps, each with its case, or the test where it has none."""
    fixtures = {"warehouse": bench, "one": partial(gaps.value, bench)}
    tests = {name: test for name, test in vars(gaps).items() if name.startswith("test_")}
    for name, test in tests.items():
        given = {key: fixtures[key] for key in inspect.signature(test).parameters if key in fixtures}
        marks = getattr(test, "pytestmark", [])
        if given and not marks:
            yield name.removeprefix("test_"), partial(test, **given)
        for names, rows in (mark.args for mark in marks if given):
            for values in rows:
                told = dict(zip(names, values, strict=True))
                yield "/".join(filter(None, [told["kind"], told.get("name")])), partial(test, **given, **told)


def holds(answer: Answer) -> bool:
    """Whether an answer is as stated; one whose conversation is not there is not."""
    try:
        answer()
    except (AssertionError, ValueError):
        return False
    return True


def stands_in(broken: Broken, model: Model) -> bool:
    """Whether the rule may stand in a model: in its own, or if it is a macro's, in any."""
    place = Path(broken.place)
    return place.parts[0] == "macros" or (place.suffix == ".sql" and f'."{place.stem}"' in model.relation)


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Iterator[Bench]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gaps, "rows", Bench.rows)
        bench = Bench(tmp_path_factory.mktemp("broken"))
        yield bench
        bench.connection.close()


def test_all_answers_are_as_stated_where_no_rule_is_broken(bench):
    assert bench.red_at_first == set()


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.id)
def test_a_broken_rule_changes_the_answers_of_its_cases_and_no_others(bench, broken):
    assert bench.red_without(broken) == set(broken.cases.split())
