"""`service-kpis explain`: what it says of KPIs, and of conversations one by one.

One run on two thousand generated conversations and a few that are worked by hand: what explain counts of each
must add up to what the run published of all.
"""

import csv
import shutil
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest
from runs import publish, rows
from worlds import World, at, hours, seconds

from service_kpis.docs import CHECKOUT, Project
from service_kpis.errors import CannotStart
from service_kpis.explain import definitions, explain
from service_kpis.explain.card import describe, find
from service_kpis.explain.counted import ROLES, Evaluator
from service_kpis.explain.reasons import Reasons
from service_kpis.explain.words import verdict
from service_kpis.generate import generate

pytestmark = pytest.mark.slow

REGISTRY = list(csv.DictReader((CHECKOUT / "seeds" / "kpis" / "kpi_registry.csv").open(encoding="utf-8")))
NAMES = ("name_en", "name_nl", "name_de", "name_zh")
# Its first days are mature, its last ones pending.
MONTH = "2025-12-01"
AS_OF = at("2026-01-01 00:00")
MONDAY = at("2025-02-03 10:00")
MONDAY_END = MONDAY + seconds(300)

world = World()
world.call("long_before", at("2023-06-01 10:00"))
world.call("repeated_1", MONDAY, MONDAY_END, customer_email="repeated@example.org")
world.call("repeated_2", MONDAY_END + hours(48), customer_email="repeated@example.org")
world.call("late_1", MONDAY, MONDAY_END, customer_email="late@example.org")
world.call("late_2", MONDAY_END + hours(48) + seconds(1), customer_email="late@example.org")
world.call("anonymous", MONDAY, customer_email=None)
world.call("young", AS_OF - hours(47), AS_OF - hours(46))
world.call("failed", MONDAY, outcome="failed")
world.solved_ticket("slow", MONDAY, MONDAY + hours(1), MONDAY + hours(3))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("explain")
    generate(2000, 1, folder / "landing", lambda what, done, total: None)
    for file in world.write(folder / "by_hand").iterdir():
        shutil.copyfile(file, folder / "landing" / f"{file.stem}_by_hand.csv")
    return publish(folder / "landing", folder, "--as-of", AS_OF.isoformat())


@pytest.fixture(scope="module")
def evaluator(warehouse):
    evaluator = Evaluator(warehouse, definitions.read(CHECKOUT, warehouse.parent / "work"), CHECKOUT)
    yield evaluator
    evaluator.close()


def family(evaluator, kpi, role):
    return evaluator.definitions.family_of[kpi[role]]


def measured_by_conversations(evaluator) -> list:
    """The KPIs whose every measure counts what belongs to exactly one conversation."""
    lies_in_one = {"conversations", "hand-overs", "turns of a chat", "turns and hand-overs"}
    return [
        kpi
        for kpi in REGISTRY
        if {family(evaluator, kpi, role).counts for role in ROLES if kpi[role]} <= lies_in_one
    ]


def is_of_conversations(evaluator, kpi) -> bool:
    return {family(evaluator, kpi, role).counts for role in ROLES if kpi[role]} == {"conversations"}


def conversations(warehouse, instant: str) -> list:
    found = rows(
        warehouse,
        "select conversation_id from core.fct_conversations"
        f" where date_trunc('month', {instant}) = date '{MONTH}'",
    )
    return [conversation_id for (conversation_id,) in found]


def test_what_conversations_count_as_adds_up_to_the_published_kpis(warehouse, evaluator):
    kpis = measured_by_conversations(evaluator)
    assert len(kpis) > 180
    sums, single = defaultdict(float), defaultdict(list)
    for instant in ("started_at", "due_at"):
        measured = {
            kpi[role]: family(evaluator, kpi, role)
            for kpi in kpis
            for role in ROLES
            if kpi[role] and (kpi["family"] == "due_tickets") == (instant == "due_at")
        }
        families = {node.name: node for node in measured.values()}.values()
        for conversation_id in conversations(warehouse, instant):
            conversation = evaluator.conversation(conversation_id)
            added = {}
            for node in families:
                added |= evaluator.measures(node, conversation)
            for measure in measured:
                if added[measure] is not None:
                    sums[measure] += float(added[measure])
                    single[measure].append(float(added[measure]))
    published = {
        kpi_id: values
        for kpi_id, *values in rows(
            warehouse,
            "select kpi_id, numerator, denominator, n_pending, n_excluded, value from marts.kpi_values"
            f" where grain = 'month' and slice = 'all' and period_start = date '{MONTH}'",
        )
    }
    for kpi in kpis:
        numerator, denominator, pending, excluded, value = published[kpi["kpi_id"]]
        assert sums[kpi["denominator"]] == pytest.approx(denominator), kpi["kpi_id"]
        assert sums[kpi["pending"]] == pending, kpi["kpi_id"]
        assert sums[kpi["excluded"]] == excluded, kpi["kpi_id"]
        if kpi["statistic"] != "percentile":
            assert sums[kpi["numerator"]] == pytest.approx(numerator or 0), kpi["kpi_id"]
        elif kpi["kpi_id"].endswith("_median") and value is not None and is_of_conversations(evaluator, kpi):
            assert statistics.median(single[kpi["numerator"]]) == pytest.approx(value), kpi["kpi_id"]


def test_of_every_issue_one_conversation_counts_it(warehouse, evaluator):
    (kpi,) = [kpi for kpi in REGISTRY if kpi["kpi_id"] == "contacts_per_issue"]
    firsts = rows(
        warehouse,
        "select first_conversation_id from core.fct_issues"
        " where date_trunc('month', issue_date) = date '2025-11-01'",
    )
    added = [
        evaluator.measures(family(evaluator, kpi, "denominator"), evaluator.conversation(conversation_id))
        for (conversation_id,) in firsts
    ]
    published = rows(
        warehouse,
        "select numerator, denominator from marts.kpi_values where kpi_id = 'contacts_per_issue'"
        " and grain = 'month' and slice = 'all' and period_start = date '2025-11-01'",
    )
    assert published == [tuple(sum(row[kpi[role]] for row in added) for role in ("numerator", "denominator"))]


def test_a_reason_never_says_other_than_what_was_counted(warehouse, evaluator):
    """Where a measure counts under one condition, the condition's reason comes out as the count."""
    some = rows(
        warehouse,
        """
        select min(conversation_id) from core.fct_conversations
        group by source_type, responder, is_countable
        order by 1
        """,
    )
    measured = {
        kpi[role]: family(evaluator, kpi, role)
        for kpi in measured_by_conversations(evaluator)
        for role in ROLES
        if kpi[role] and family(evaluator, kpi, role).counts == "conversations"
    }
    compared = 0
    for (conversation_id,) in some:
        conversation = evaluator.conversation(conversation_id)
        for node in {node.name: node for node in measured.values()}.values():
            counted = evaluator.measures(node, conversation)
            found, *inputs = evaluator.contexts(node, conversation)
            for row in found:
                reasons = Reasons(evaluator, node, row, inputs)
                for measure in [measure for measure in measured if measured[measure] == node]:
                    (part, *more) = reasons.parts(measure)
                    if part.condition and part.added.sql() == "1" and not more:
                        assert (reasons.of(part.condition).holds is True) == bool(counted[measure]), measure
                        compared += 1
    assert compared > 1000


def said(warehouse, kpi_id: str, source_conversation_id: str) -> str:
    return "\n".join(explain(kpi_id, source_conversation_id, warehouse, warehouse.parent / "work"))


def id_of(warehouse, source_conversation_id: str) -> str:
    ((conversation_id,),) = rows(
        warehouse,
        "select conversation_id from core.fct_conversations"
        f" where source_conversation_id = '{source_conversation_id}'",
    )
    return conversation_id


@pytest.mark.parametrize("kpi", ["fcr_contact_48h", "fcr_issue_48h"])
def test_a_repeat_at_exactly_48_hours_is_why_a_call_was_not_resolved(warehouse, kpi):
    text = said(warehouse, kpi, "repeated_1")
    assert "It counts in the denominator (1) and not in the numerator." in text
    next_id = id_of(warehouse, "repeated_2")
    assert f"next contact about the same topic: 2025-02-05 10:05:00, conversation {next_id}" in text
    assert "[repeats_within_48h], and must not be" in text
    assert (
        "next_same_topic_contact_at <= ended_at + 48 hours "
        "(next_same_topic_contact_at is 2025-02-05 10:05:00, ended_at is 2025-02-03 10:05:00)" in text
    )


def test_a_contact_one_second_later_does_not_take_the_resolution_away(warehouse):
    text = said(warehouse, "fcr_contact_48h", "late_1")
    assert "It counts in the denominator (1) and in the numerator (1)." in text
    assert "no  next_same_topic_contact_at <= ended_at + 48 hours" in text


def test_a_call_whose_window_has_not_passed_is_pending(warehouse):
    text = said(warehouse, "fcr_contact_48h", "young")
    assert "It is pending" in text
    assert (
        "no  as_of >= ended_at + 48 hours (as_of is 2026-01-01 00:00:00, ended_at is 2025-12-30 02:00:00)"
        in text
    )


@pytest.mark.parametrize(
    ("contact", "reason"),
    [
        ("anonymous", "no  customer_id is not empty (customer_id is empty)"),
        ("failed", "no  exclusion_reason is empty (exclusion_reason is failed)"),
    ],
)
def test_what_is_left_out_says_why(warehouse, contact, reason):
    text = said(warehouse, "fcr_contact_48h", contact)
    assert "It is left out" in text
    assert reason in text


def test_a_ticket_solved_after_more_than_a_business_hour_says_so(warehouse):
    text = said(warehouse, "fcr_issue_48h", "slow")
    assert "not in the numerator" in text
    assert (
        "no  first_resolution_business_seconds <= 3600 (first_resolution_business_seconds is 10,800)" in text
    )


def test_a_kpi_of_another_grain_shows_what_belongs_to_the_conversation(warehouse):
    text = said(warehouse, "contacts_per_issue", "repeated_1")
    assert "contacts_per_issue counts issues, not conversations." in text
    assert f"last_conversation_id {id_of(warehouse, 'repeated_2')}" in text
    assert "It counts in the denominator (1) and in the numerator (2)." in text


@pytest.mark.parametrize(
    "kpi", ["occupancy", "labour_cost_share", "training_completion_rate", "backlog_days"]
)
def test_a_kpi_that_has_nothing_of_a_conversation_says_so(warehouse, kpi):
    assert "which belong to no conversation" in said(warehouse, kpi, "repeated_1")


def test_every_kpi_can_be_explained(warehouse, evaluator):
    ((hybrid,),) = rows(
        warehouse, "select min(conversation_id) from core.fct_conversations where responder = 'hybrid'"
    )
    conversation, project = evaluator.conversation(hybrid), Project()
    with duckdb.connect(warehouse, read_only=True) as connection:
        for row in REGISTRY:
            kpi = find(connection, row["kpi_id"])
            assert describe(connection, kpi, project)
            assert verdict(evaluator, kpi, conversation)


def test_the_card_holds_what_the_file_says(warehouse):
    text = "\n".join(explain("fcr_issue_48h", None, warehouse, warehouse.parent / "work"))
    ((value, n),) = rows(
        warehouse,
        "select value, n from marts.kpi_values where kpi_id = 'fcr_issue_48h' and grain = 'month'"
        " and slice = 'all' and period_start = date '2025-11-01'",
    )
    assert f"2025-11: {100 * value:.1f} %" in text
    assert f"n {n}, pending 0" in text
    assert "models/kpis/fcr/kpi_fcr.sql" in text
    assert "int_first_contact_resolution" in text
    assert "all: 70.0 %" in text
    assert "2026-01-01 00:00:00 UTC" in text


def test_the_cards_query_runs(warehouse):
    text = "\n".join(explain("nps", None, warehouse, warehouse.parent / "work"))
    assert len(rows(warehouse, text[text.index("select ") :])) > 12


def test_an_unknown_kpi_ends_with_2_and_near_names(warehouse):
    command = [sys.executable, "-m", "service_kpis", "explain", "fcr_isue_48h", "--warehouse", str(warehouse)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "fcr_issue_48h" in done.stdout


def test_a_kpi_is_found_by_any_of_its_names_and_what_was_meant_is_told(warehouse):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        (nps,) = (row for row in REGISTRY if row["kpi_id"] == "nps")
        names = [nps[language] for language in NAMES]
        for name in ("nps", *names, names[0].upper(), "promoter"):
            assert find(connection, name)["kpi_id"] == "nps"
        with pytest.raises(CannotStart, match=r"(?s)may be any of these:.*fcr_contact_48h +First contact"):
            find(connection, "first contact resolution")
        with pytest.raises(CannotStart, match="there is no KPI 'ncps'; near it: nps"):
            find(connection, "ncps")


def test_without_a_name_all_kpis_are_listed_headlines_first(warehouse):
    lines = explain(None, None, warehouse, warehouse.parent / "work")
    assert sorted(line.split()[0] for line in lines) == sorted(row["kpi_id"] for row in REGISTRY)
    headlines = [row["kpi_id"] for row in REGISTRY if row["is_headline"] == "true"]
    assert [line.split()[0] for line in lines[: len(headlines)]] == sorted(headlines)


def test_an_unknown_conversation_and_a_missing_file_cannot_be_explained(warehouse, tmp_path):
    with pytest.raises(CannotStart, match="no conversation 'nobody'"):
        said(warehouse, "nps", "nobody")
    with pytest.raises(CannotStart, match="no warehouse"):
        explain("nps", None, tmp_path / "none.duckdb", tmp_path)
