"""What a KPI is, how it stands, and what one conversation counts as in it: `service-kpis explain`.

| module | does |
|---|---|
| card | definition, formula, targets, latest value, from the published file and the checkout |
| definitions | the SQL of the KPI families, compiled by dbt, with their descriptions |
| counted | that SQL, evaluated for one conversation of the published file |
| reasons | which conditions of a measure hold for it, and why |
| words | the sentences about it |
"""

import json
from pathlib import Path

import duckdb

from service_kpis import history
from service_kpis.docs import CHECKOUT, Project
from service_kpis.engine import connect
from service_kpis.errors import CannotStart
from service_kpis.explain import definitions
from service_kpis.explain.card import describe, find, last_run, listing
from service_kpis.explain.counted import Evaluator
from service_kpis.explain.words import verdict


def explain(name: str | None, conversation_id: str | None, warehouse: Path, work: Path) -> list[str]:
    """The lines that explain a KPI of a published file, or what one conversation counts as in it; without a
    name those that list all KPIs.

    Raises CannotStart where there is no such file, KPI or conversation.
    """
    if not warehouse.exists():
        raise CannotStart(f"there is no warehouse {warehouse}; service-kpis run makes one")
    try:
        with connect(warehouse, read_only=True) as connection:
            if name is None:
                return listing(connection)
            kpi = find(connection, name)
            if conversation_id is None:
                return describe(connection, kpi, Project())
            run = last_run(connection)
        return [*_conversation(kpi, conversation_id, warehouse, work), *_other_commit(run["versions"])]
    except duckdb.Error as error:
        raise CannotStart(f"{warehouse} cannot be read: {error}") from error


def _conversation(kpi: dict, conversation_id: str, warehouse: Path, work: Path) -> list[str]:
    evaluator = Evaluator(warehouse, definitions.read(CHECKOUT, work), CHECKOUT)
    try:
        return verdict(evaluator, kpi, evaluator.conversation(conversation_id))
    finally:
        evaluator.close()


def _other_commit(versions: str) -> list[str]:
    """A warning where the file was built by other definitions than those that explain it."""
    built, here = (json.loads(text).get("commit") for text in (versions, history.versions(CHECKOUT)))
    if built == here:
        return []
    return ["", f"The file was built from commit {built}, and is explained by the definitions of {here}."]
