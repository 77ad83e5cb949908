"""Each fault has its outcome, exactly, and no other; without the rule that finds it, it goes unnoticed."""

from dataclasses import replace

import pytest
from faults import FAULTS
from faults.bench import Bench, landing_with
from faults.fault import together
from faults.page import PAGE, page
from faults.rules import RULES, without
from faults.verdict import differences, reject_differences

from service_kpis.errors import CannotStart
from service_kpis.load import load_landing, parse_zones

STOPPED = [fault for fault in FAULTS if fault.error]
LOADED = [fault for fault in FAULTS if not fault.error]

BY_NAME = {fault.name: fault for fault in FAULTS}
TOGETHER = together(
    "a landing with a dozen faults",
    [
        BY_NAME[name]
        for name in (
            "an agent without an id",
            "two equal copies of a message",
            "a cost month twice",
            "a message of an unknown ticket",
            "a message from the future",
            "a menu left before it was entered",
            "a training finished before it was assigned",
            "a session that ended before it began",
            "a recommendation of 11",
            "work of negative length",
            "a break longer than its shift",
            "an unknown reason of a chat's end",
        )
    ],
)


def loaded(bench, fault, folder):
    return bench.load(landing_with(fault, folder), folder, fault.zone)


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Bench:
    return Bench(tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="module")
def with_a_dozen(bench, tmp_path_factory):
    return loaded(bench, TOGETHER, tmp_path_factory.mktemp("a_dozen"))


@pytest.mark.slow
@pytest.mark.parametrize("fault", LOADED, ids=lambda fault: fault.id)
def test_fault(bench, tmp_path, fault):
    build = loaded(bench, fault, tmp_path)
    assert differences(fault, bench.try_out(fault, build), bench.clean) == []
    build.unlink()


@pytest.mark.slow
def test_a_dozen_faults_at_once_come_to_what_each_comes_to_alone(bench, with_a_dozen):
    assert differences(TOGETHER, bench.try_out(TOGETHER, with_a_dozen), bench.clean) == []


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_without_a_rule_its_rejects_and_no_others_are_missing(bench, with_a_dozen, rule):
    others = tuple(reject for reject in TOGETHER.rejects if reject.rule != rule)
    assert len(others) < len(TOGETHER.rejects)
    found = bench.rejects_of(without(rule, bench.models), with_a_dozen)
    assert reject_differences(replace(TOGETHER, rejects=others), found) == []


@pytest.mark.parametrize("fault", STOPPED, ids=lambda fault: fault.id)
def test_fault_that_stops_the_load(fault, tmp_path):
    with pytest.raises(CannotStart) as stopped:
        landing = landing_with(fault, tmp_path)
        found = load_landing(str(landing), tmp_path / "build.duckdb", parse_zones([])).findings
        if found.stops:
            raise CannotStart("; ".join(found.stops))
    assert all(word in str(stopped.value) for word in fault.error)


def test_the_page_of_faults_is_that_of_these_faults():
    assert PAGE.read_text(encoding="utf-8") == page(), f"write {PAGE} again: its second paragraph says how"


def test_faults_have_names_of_their_own():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
