"""Rules that have one place: a test fails when one is changed, or told again, elsewhere only."""

import csv
import re
from pathlib import Path

import duckdb
import pytest
import yaml

from service_kpis.load.words import plain_sql

CHECKOUT = Path(__file__).resolve().parents[2]
SQL = {
    path.stem: re.sub(r"\{#.*?#\}|--[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.S)
    for folder in ("models", "macros")
    for path in (CHECKOUT / folder).rglob("*.sql")
}
WINDOWS = {"24h": 24, "48h": 48, "7d": 168}
# Columns that compare with the end of a window, and with how many.
COMPARED = {"repeats_within": 1, "repeats_any_within": 1, "is_fcr_mature": 2, "is_left_censored": 1}
BOUNDS = {"is_top_box": "top_box_from", "is_positive": "positive_from", "is_negative": "negative_to"}


def seed(name: str) -> list[dict[str, str]]:
    (path,) = (CHECKOUT / "seeds").rglob(f"{name}.csv")
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def places(pattern: str) -> list[str]:
    """Models and macros whose SQL matches."""
    return sorted(name for name, sql in SQL.items() if re.search(pattern, sql))


def test_the_loader_and_the_models_compare_words_alike():
    macro = re.search(r"macro plain_word\(word\) -%\}(.*?)\{%- endmacro", SQL["defects"], re.S).group(1)
    words = ["Work-In_Progress", "a - b", "a   b", "l\u2019agent", "\u00c9tat", "1 - Critical"]
    for word in words:
        with duckdb.connect() as connection:
            theirs, ours = connection.execute(
                f"select {macro.replace('{{ word }}', 'word')}, {plain_sql('word')} from (select ? as word)",
                [word],
            ).fetchone()
        assert theirs == ours
        assert theirs == theirs.lower() and not re.search(r"[_-]|  ", theirs)


def test_the_bot_outcome_tree_is_tried_in_the_order_of_its_seed():
    rows = sorted(seed("bot_outcome_tree"), key=lambda row: int(row["tree_order"]))
    tree = re.search(
        r"case\s+when not conversations\.is_bot_involved.*?end as bot_outcome", SQL["fct_conversations"], re.S
    )
    assert re.findall(r"(?:then|else) '(\w+)'", tree.group()) == [row["bot_outcome"] for row in rows]


def test_bot_outcomes_are_given_in_one_place():
    """Calls state resolved_task; pending is also a word of KPIs."""
    names = {row["bot_outcome"] for row in seed("bot_outcome_tree")} - {"pending"}
    assert places(rf"(then|else) '({'|'.join(names)})'") == ["fct_conversations", "int_calls_measured"]


def test_what_is_resolved_at_once_is_said_in_one_place():
    assert places(r"as is_resolved_in_contact") == ["int_first_contact_resolution"]
    assert places(r"is_resolved_in_contact\s+and|and\s+is_resolved_in_contact") == [
        "int_first_contact_resolution"
    ]
    assert places(r"as is_resolved_at_once") == ["int_first_contact_resolution"]


@pytest.mark.parametrize("window", WINDOWS)
def test_first_contact_resolution_is_composed_in_one_place(window):
    sql = SQL["int_first_contact_resolution"]
    for reading, repeats in (("fcr", "repeats_within"), ("fcr_any_topic", "repeats_any_within")):
        assert places(rf"as {reading}_{window}\b") == ["int_first_contact_resolution"]
        rule = rf"is_fcr_mature_{window} then is_resolved_at_once and not {repeats}_{window} end"
        assert re.search(rf"{rule}\s+as {reading}_{window}\b", sql)


def test_who_can_be_followed_about_anything_is_said_in_one_place():
    assert places(r"as is_fcr_anchor") == ["int_first_contact_resolution"]
    assert places(r"as is_any_topic_anchor") == ["int_first_contact_resolution"]


@pytest.mark.parametrize(("window", "hours"), WINDOWS.items())
def test_a_window_is_as_long_as_its_name_says(window, hours):
    resolution, chained = SQL["int_first_contact_resolution"], SQL["int_contacts_chained"]
    spans: dict[str, list[str]] = {}
    since: list[str] = []
    for span, column in re.findall(r"hours_after\('\w+', (\d+)\)|\bas (\w+)", resolution):
        if span:
            since.append(span)
        else:
            spans[column], since = since, []
    for column, count in COMPARED.items():
        assert spans[f"{column}_{window}"] == [str(hours)] * count, column
    ends = re.findall(rf"rest_us <= (\d+) \* 3600000000 [^\n]*\s+as (?:any_)?before_{window}\b", chained)
    assert ends == [str(hours)] * 2


def test_the_drivers_of_the_cost_pools_are_those_that_are_measured_and_priced():
    drivers = {row["cost_driver"] for row in seed("cost_pools")} | {"conversation_count"}
    assert set(re.findall(r"when '(\w+)' then cells\.\1\b", SQL["int_cost_allocations"])) == drivers
    assert set(re.findall(r"cost_driver = '(\w+)'", SQL["int_cost_rates"])) == drivers


def test_which_points_of_a_scale_count_is_said_in_its_seed_only():
    assert places(r"\bscore\s*(>|<|=|between|in\b)[>=]*\s*\(?\s*\d") == []
    assert places(r"\d\s*(>|<|=)[>=]*\s*(\w+\.)?score\b") == []
    assert places(r"\b(top_box_from|positive_from|negative_to)\b") == ["int_responses_classified"]


def test_every_scale_is_measured_and_no_other():
    scales = {row["scale"] for row in seed("survey_scales")}
    measured = r"\bcounted_scale (?:=|<>) '(\w+)'"
    assert set(re.findall(measured, SQL["kpi_experience"])) == scales
    named = {name for sql in SQL.values() for name in re.findall(r"\bscale = '(\w+)'", sql)}
    assert named <= scales


def test_what_is_said_of_a_measure_names_the_points_that_its_scale_counts():
    """Descriptions and definitions that name points name the bound that counts, and no others."""
    family = yaml.safe_load((CHECKOUT / "models/kpis/experience/_models.yml").read_text(encoding="utf-8"))
    columns = next(model for model in family["models"] if model["name"] == "kpi_experience")["columns"]
    said = [(column["name"], column["description"]) for column in columns]
    said += [
        (row["numerator"], re.sub(r"100 x|\d+ days", "", row["definition"]))
        for row in seed("kpi_registry")
        if row["sql_location"].endswith("/kpi_experience.sql")
    ]
    made = {
        measure: sql
        for sql, measure in re.findall(r"((?:count|sum)\([^,]*?) as (\w+)", SQL["kpi_experience"])
        if "counted_scale = " in sql
    }
    scales = {row["scale"]: row for row in seed("survey_scales")}
    for measure, words in said:
        points = set(re.findall(r"\d+", words))
        if points and measure in made:
            scale = scales[re.search(r"counted_scale = '(\w+)'", made[measure]).group(1)]
            counted = {scale[bound] for flag, bound in BOUNDS.items() if flag in made[measure]}
            assert counted <= points <= {*scale.values()}, (measure, words)
