"""Intercom from landed tables to KPIs: seventeen conversations worked by hand, as two loaders land them."""

import re
import subprocess
import sys
from pathlib import Path

import intercom_scene
import pytest
import yaml
from runs import START, WITHOUT_BOARDS, WITHOUT_EDGES, rows
from shared import CHECKOUT, read_once

from service_kpis.load.contract import vendor_tables

SYSTEMS = ("intercom_history", "intercom_api")
# By id: entity, responder, exclusion, first human reply and resolution in seconds; the arithmetic is in
# docs/vendors/intercom.md.
EXPECTED = {
    "1": ("chat", "human", None, 120, 600),
    "2": ("chat", "human", None, 300, 600),
    "3": ("chat", "human", None, 240, 240),
    "4": ("chat", "human", None, 1800, 2000),
    "5": ("chat", "hybrid", None, 240, 1200),
    "6": ("chat", "bot", None, None, 1800),
    "7": ("chat", "bot", None, None, 61),
    "8": ("chat", "none", "outbound", None, None),
    "9": ("chat", "human", "outbound", 300, 400),
    "10": ("ticket", "human", None, 3600, 3630),
    "11": ("ticket", "human", None, 1800, 15601),
    "12": ("ticket", "human", None, 900, 5400),
    "13": ("chat", "human", None, 180, 600),
    "14": ("chat", "none", None, None, None),
    "77": ("call", "human", None, 30, 330),
    "16": ("chat", "none", None, None, None),
    "17": ("ticket", "none", "outbound", None, None),
}


def run(folder: Path, *sources: str) -> Path:
    """Run on sources NAME=LOCATION; returns the warehouse."""
    command = [sys.executable, "-c", WITHOUT_EDGES + WITHOUT_BOARDS + START, "run"]
    options = [text for source in sources for text in ("--source", source)]
    paths = ["--work", folder / "work", "--warehouse", folder / "warehouse.duckdb", "--as-of", "2025-03-10"]
    with read_once(folder / "work"):
        done = subprocess.run(
            [*command, *options, *map(str, paths)], capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "warehouse.duckdb"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """Both forms of the scene in one run."""
    folder = tmp_path_factory.mktemp("intercom")
    intercom_scene.write_histories(folder / "history")
    intercom_scene.write_objects(folder / "api")
    return run(folder, f"intercom:history={folder / 'history'}", f"intercom:api={folder / 'api'}")


@pytest.mark.slow
@pytest.mark.parametrize("system", SYSTEMS)
def test_each_conversation_is_what_a_person_works_out(warehouse, system):
    found = rows(
        warehouse,
        f"""
        select
            source_conversation_id, source_type, responder, exclusion_reason, first_human_response_seconds,
            resolution_seconds
        from core.fct_conversations where source_system = '{system}'
        """,
    )
    assert {id: rest for id, *rest in found} == {id: [*rest] for id, rest in EXPECTED.items()}


@pytest.mark.slow
def test_two_loaders_give_the_same_conversations(warehouse):
    different = rows(
        warehouse,
        """
        with named as (
            select
                * exclude (conversation_id, source_system, customer_id, issue_id),
                customer_id is not null as is_known, source_system
            from core.fct_conversations
        )
        select columns(* exclude source_system) from named where source_system = 'intercom_history'
        except
        select columns(* exclude source_system) from named where source_system = 'intercom_api'
        """,
    )
    assert different == []


@pytest.mark.slow
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_lead_who_became_a_user_is_one_customer(warehouse, system):
    (counted,) = rows(
        warehouse,
        f"""
        select count(distinct customer_id), count(customer_id) from core.fct_conversations
        where source_system = '{system}' and source_conversation_id in ('1', '2')
        """,
    )
    assert counted == (1, 2)


@pytest.mark.slow
def test_what_is_missing_is_not_known(warehouse):
    """Of 14 nobody knows whether it was answered; of 16 it is known that it was not."""
    known = rows(
        warehouse,
        """
        select distinct source_conversation_id, is_human_response_known from core.fct_conversations
        where source_conversation_id in ('14', '16') order by all
        """,
    )
    assert known == [("14", False), ("16", True)]


@pytest.mark.slow
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_ai_agents_outcomes_are_told_apart(warehouse, system):
    outcomes = rows(
        warehouse,
        f"""
        select source_conversation_id, bot_id, bot_outcome from core.fct_conversations
        where source_system = '{system}' and bot_id is not null order by all
        """,
    )
    assert outcomes == [
        ("5", "operator", "escalated_connected"),
        ("6", "fin", "contained_durable"),
        ("7", "fin", "resolved_confirmed"),
    ]


@pytest.mark.slow
def test_every_difference_has_a_reason_of_the_list(warehouse):
    unexplained = rows(
        warehouse,
        "select * from marts.intercom_comparison where reason is null and difference is distinct from 0",
    )
    assert unexplained == []
    reasons = {
        reason for (reason,) in rows(warehouse, "select distinct reason from marts.intercom_comparison")
    }
    assert {"office_hours_not_configured", "parts_missing", "not_counted_by_us", "no_kpi_of_ours"} <= reasons


@pytest.mark.slow
def test_without_office_hours_no_duration_is_computed(warehouse):
    (durations,) = rows(
        warehouse,
        """
        select count(*), count(vendor_value) from marts.intercom_comparison where unit = 'office seconds'
        """,
    )
    assert durations[0] > 50
    assert durations[1] == 0


@pytest.mark.slow
def test_no_word_of_a_customer_is_loaded_or_published(warehouse):
    for file in [warehouse, *warehouse.parent.rglob("*.duckdb")]:
        assert b"the words of a customer" not in file.read_bytes(), file


def test_neither_texts_nor_names_of_people_are_declared():
    """Nor the state of an SLA, which is written at the next reply and not when time runs out."""
    for table in vendor_tables("intercom").values():
        for column in table.columns:
            places = {re.split(r"\.|__", place)[-1] for place in column.places}
            assert not places & {"subject", "title", "remark", "sla_status"}, column
            assert column.is_present or "body" not in places, column
            assert column.only_where or "name" not in places or table.name in ("team", "teams", "tag", "tags")


def test_every_kind_of_part_means_something():
    seeds = CHECKOUT / "seeds" / "vendors" / "intercom"
    words = [line.split(",") for line in (seeds / "intercom_words.csv").read_text().splitlines()[1:]]
    kinds = {line.split(",")[0] for line in (seeds / "intercom_part_kinds.csv").read_text().splitlines()[1:]}
    assert {word for vocabulary, _, word, _ in words if vocabulary == "intercom_part_type"} == kinds


def test_every_reason_that_is_given_is_in_the_list_and_every_one_in_the_list_is_given():
    sql = (CHECKOUT / "models" / "marts" / "vendors" / "intercom_comparison.sql").read_text()
    given = set(re.findall(r"(?:then|else) '([a-z_]+)'", sql[sql.rindex("case\n        when difference") :]))
    listed = (CHECKOUT / "seeds" / "vendors" / "intercom" / "intercom_differences.csv").read_text()
    assert given == {line.split(",")[0] for line in listed.splitlines()[1:]}


def test_the_tables_end_in_the_columns_of_the_contract():
    staging = CHECKOUT / "models" / "staging"
    entries = {
        entry["name"]: [column["name"] for column in entry["columns"]]
        for file in (staging / "intercom").glob("_models*.yml")
        for entry in yaml.safe_load(file.read_text())["models"]
    }
    for file in (staging / "landing").glob("_landing__*.yml"):
        (table,) = yaml.safe_load(file.read_text())["sources"][0]["tables"]
        if columns := entries.get(f"stg_intercom__{table['name']}"):
            landed = [column["name"] for column in table["columns"]]
            assert columns == [*landed, "landed_file_name", "landed_line_number"]
