"""A dbt project of which a whole run takes seconds; warehouses for several modules; their order."""

import os
import shutil
from pathlib import Path

import pytest
from shared import REAL, once

CHECKOUT = Path(__file__).resolve().parents[2]

# Not the keys and lists of whoever runs the tests; and the same customer_id in each run.
os.environ["SERVICE_KPIS_HASH_KEY"] = "the key of the tests, which is no secret"
os.environ["SERVICE_KPIS_CONFIG"] = str(CHECKOUT / ".pytest_cache" / "no-config")

# They take minutes: begun last, they would keep one worker while the others have nothing left to do.
LONGEST = (
    "test_explain",
    "test_chaos",
    "test_postgres",
    "test_several_days",
    "test_real_data",
    "test_metamorphic",
    "test_schedule",
    "test_questions",
    "test_same_tables",
    "test_analyses",
    "test_absent_tables",
    "test_adversarial_landing",
)

FILES = {
    "dbt_project.yml": """
name: tiny
profile: service_kpis
test-paths: [tests/sql]
vars: {as_of: null, note: ""}
models: {tiny: {staging: {+schema: staging}, core: {+schema: core}, marts: {+schema: marts}}}
seeds: {tiny: {+schema: seeds}}
""",
    "macros/generate_schema_name.sql": """
{% macro generate_schema_name(schema, node) %}{{ schema or target.schema }}{% endmacro %}
""",
    "seeds/words.csv": "word\nhello\n",
    "models/sources.yml": """
sources:
  - name: landing
    schema: raw
    tables:
      - {name: numbers, columns: [{name: customer_email, config: {meta: {pii: true}}}]}
""",
    # A number that lands twice fails this test.
    "models/core/core.yml": """
models:
  - name: fct_conversations
    description: One row per number.
    columns: [{name: conversation_id, description: It's an id., data_tests: [unique]}]
""",
    "models/staging/stg_landing__as_of.sql": """
{{ config(materialized='view') }}
select timestamp '2025-12-31 23:59:59' as as_of, cast(null as timestamp) as ahead_at
""",
    # Landing -2 breaks this model.
    "models/core/fct_conversations.sql": """
{{ config(materialized='table') }}
select n as conversation_id, cast(case when n = -2 then 'minus two' else '1' end as integer) as one
from {{ source('landing', 'numbers') }}
""",
    "models/marts/after_the_fact.sql": """
{{ config(materialized='table') }} select count(*) as conversations from {{ ref('fct_conversations') }}
""",
    "models/marts/of_the_fact.sql": """
{{ config(materialized='view') }} select conversation_id as n from {{ ref('fct_conversations') }}
""",
    "models/marts/said.sql": """
{{ config(materialized='table') }}
select
    '{{ var("note") | replace("'", "''") }}' as note,
    '{{ var("as_of") }}' as as_of,
    '{{ env_var("SERVICE_KPIS_RUN_ID") }}' as run_id,
    cast('{{ env_var("SERVICE_KPIS_RUN_STARTED_AT") }}' as timestamp) as run_started_at
""",
    # Landing -1 fails this test.
    "tests/sql/no_number_is_minus_one.sql": """
select n, 'someone@example.org' as customer_email from {{ source('landing', 'numbers') }} where n = -1
""",
    "tests/sql/few_numbers_are_odd.sql": """
{{ config(severity='warn') }} select n from {{ source('landing', 'numbers') }} where n = 13
""",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules first; needs `--no-loadscope-reorder`."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Path:
    """A folder with demo data in `landing` and a whole run on them, boards too."""
    return _published(tmp_path_factory, "demo", 5_000, 3, boards=True)


@pytest.fixture(scope="session")
def planted(tmp_path_factory) -> Path:
    """The same of demo data so large that what was planted in them shows."""
    return _published(tmp_path_factory, "planted", 40_000, 1)


@pytest.fixture(scope="session")
def bank(tmp_path_factory) -> Path:
    """A folder with a run on the real calls of a bank."""
    from runs import publish

    zone = ("--source-timezone", "Asia/Jerusalem")
    return once(tmp_path_factory, "bank", lambda folder: publish(REAL / "anonymousbank_feb", folder, *zone))


def _published(tmp_path_factory, name: str, conversations: int, seed: int, boards: bool = False) -> Path:
    from runs import publish

    from service_kpis.generate import generate

    def make(folder: Path) -> None:
        generate(conversations, seed, folder / "landing")
        publish(folder / "landing", folder, boards=boards)

    return once(tmp_path_factory, name, make)


@pytest.fixture(scope="session")
def tiny_project(tmp_path_factory) -> Path:
    """The folder of a dbt project over raw.numbers, with this checkout's profile."""
    folder = tmp_path_factory.mktemp("tiny_project")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    shutil.copytree(CHECKOUT / "profiles", folder / "profiles")
    shutil.copy(CHECKOUT / "macros" / "generate_database_name.sql", folder / "macros")
    return folder


@pytest.fixture
def place(tmp_path, tiny_project, monkeypatch):
    """A place where what is tried once more is tried at once."""
    # Here, not above: most tests can do without dbt, which takes seconds to import.
    from places import Place

    monkeypatch.setattr("service_kpis.run.PAUSE_SECONDS", 0)
    return Place(tmp_path, tiny_project)
