"""Percentiles are made by many statements where there are many rows: the same as by one."""

import pytest
from rebuilt import Build, connected

from service_kpis.generate import generate

pytestmark = pytest.mark.slow

MODELS = ("int_conversation_percentiles", "int_dialogue_percentiles")


@pytest.fixture(scope="module")
def landing(tmp_path_factory):
    folder = tmp_path_factory.mktemp("percentiles") / "landing"
    generate(1000, 5, folder)
    return folder


def percentiles(landing, folder, rows_at_once: int) -> dict[str, list[tuple]]:
    folder.mkdir()
    built = Build(landing, folder, variables={"percentile_rows": rows_at_once}, models=MODELS)
    with connected(built.build) as connection:
        return {model: connection.execute(f"from kpis.{model} order by all").fetchall() for model in MODELS}


def test_many_statements_give_what_one_gives(landing, tmp_path):
    """Of about a thousand conversations ten statements a grain, and of the turns more."""
    whole = percentiles(landing, tmp_path / "whole", 1_000_000)
    assert percentiles(landing, tmp_path / "parts", 100) == whole
    for model in MODELS:
        assert {row[0] for row in whole[model]} == {"day", "week", "month", "quarter"}
