"""Each fault has its outcome, exactly, and no other; without the rule that finds it, it goes unnoticed."""

import shutil

import pytest
from faults import FAULTS
from faults.bench import Bench, landing_with, rejects_by
from faults.page import PAGE, page
from faults.rules import RULES, models_without_a_rule
from faults.verdict import differences, reject_differences

from service_kpis.errors import CannotStart
from service_kpis.load import load_landing, parse_zones

STOPPED = [fault for fault in FAULTS if fault.error]
LOADED = [fault for fault in FAULTS if not fault.error]
# Without one of its rules the product rejects nothing more, so nothing of the others can change.
REJECTED = [fault for fault in LOADED if fault.rejects]


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Bench:
    return Bench(tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="module")
def without_a_rule(bench, tmp_path_factory):
    return models_without_a_rule(tmp_path_factory.mktemp("without_a_rule"), bench.build)


@pytest.fixture(scope="module", params=LOADED, ids=lambda fault: fault.id)
def fault(request):
    return request.param


@pytest.fixture(scope="module")
def build(bench, fault, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fault")
    yield bench.load(fault, folder)
    shutil.rmtree(folder)


@pytest.mark.slow
def test_fault(bench, fault, build):
    assert differences(fault, bench.try_out(fault, build), bench.clean) == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", REJECTED, indirect=True, ids=lambda fault: fault.id)
def test_without_a_rule_its_faults_and_no_others_are_red(without_a_rule, fault, build):
    found = rejects_by(without_a_rule, build)
    red = {rule for rule, rejects in found.items() if reject_differences(fault, rejects)}
    assert red == {reject.rule for reject in fault.rejects} & RULES.keys()


@pytest.mark.parametrize("fault", STOPPED, ids=lambda fault: fault.id)
def test_fault_that_stops_the_load(fault, tmp_path):
    with pytest.raises(CannotStart) as stopped:
        load_landing(str(landing_with(fault, tmp_path)), tmp_path / "build.duckdb", parse_zones([]))
    assert all(word in str(stopped.value) for word in fault.error)


def test_the_page_of_faults_is_that_of_these_faults():
    assert PAGE.read_text(encoding="utf-8") == page(), f"write {PAGE} again: its second paragraph says how"


def test_faults_have_names_of_their_own():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
