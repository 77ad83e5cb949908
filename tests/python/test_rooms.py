"""The rooms of the house: which models may read which, and that every KPI stands in one place."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
MODELS = {path.stem: path for path in (CHECKOUT / "models").rglob("*.sql")}
SEEDS = {path.stem for path in (CHECKOUT / "seeds").rglob("*.csv")}
REGISTRY = list(csv.DictReader((CHECKOUT / "seeds" / "kpis" / "kpi_registry.csv").open(encoding="utf-8")))

# What a room may read besides itself and seeds. The cut-off is known everywhere.
READS = {
    "staging": set(),
    "entities": {"staging"},
    "core": {"entities"},
    "kpis": {"core"},
    "marts": {"kpis", "core"},
    "quality": {"entities"},
    # A vendor's numbers are worked out of the vendor's own tables, and stand beside ours.
    "vendors": {"staging", "core"},
}
EVERYWHERE = {"stg_landing__as_of", "int_tables_landed"}


def room(model: str) -> str:
    folder = MODELS[model].relative_to(CHECKOUT / "models").parts
    return "vendors" if "vendors" in folder else folder[0]


def text(model: str) -> str:
    """A model's SQL without its Jinja comments."""
    return re.sub(r"\{#.*?#\}", "", MODELS[model].read_text(encoding="utf-8"), flags=re.S)


def references(model: str) -> set[str]:
    """Models that a model names; those that loops and macros put together are left to the build."""
    return set(re.findall(r"ref\('(\w+)'\)", text(model))) & MODELS.keys()


@pytest.mark.parametrize("model", sorted(MODELS))
def test_a_model_reads_only_what_its_room_may(model):
    foreign = {
        other
        for other in references(model) - EVERYWHERE
        if room(other) not in READS[room(model)] | {room(model)}
    }
    assert not foreign, f"{room(model)}/{model} reads {sorted(foreign)}"


@pytest.mark.parametrize("model", sorted(MODELS))
def test_only_entities_and_the_accounts_of_loading_read_landed_tables(model):
    if "source('landing'" in text(model) or "source('loads'" in text(model):
        assert room(model) in {"staging", "entities", "quality"}


def test_a_landed_table_is_judged_in_one_model():
    judges = Counter(
        table
        for model in MODELS
        if room(model) == "entities"
        for table in re.findall(r"landed\('(\w+)'\)", text(model))
    )
    contract = (CHECKOUT / "models" / "staging" / "landing").glob("_landing__*.yml")
    assert judges == Counter(path.stem.removeprefix("_landing__") for path in contract)


@pytest.mark.parametrize("model", sorted(MODELS))
def test_refused_rows_stay_in_entities(model):
    if room(model) not in {"entities", "quality"}:
        assert not re.findall(r"(?<!accepted\()ref\('int_\w+_judged'", text(model))


@pytest.mark.parametrize("model", sorted(MODELS))
def test_a_model_can_be_read_in_one_sitting(model):
    assert len(MODELS[model].read_text(encoding="utf-8").splitlines()) <= 150


def test_every_model_is_described():
    described = Counter()
    for path in (CHECKOUT / "models").rglob("*.yml"):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            assert entry["description"].startswith("One row"), entry["name"]
            described[entry["name"]] += 1
    assert described == Counter(MODELS.keys())


def test_every_seed_is_described():
    """In the file of its folder."""
    described = {
        file.parent / entry["name"]
        for file in (CHECKOUT / "seeds").rglob("_seeds.yml")
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["seeds"]
    }
    assert described == {path.with_suffix("") for path in (CHECKOUT / "seeds").rglob("*.csv")}


def test_each_kpi_has_one_registry_row():
    assert not [kpi for kpi, count in Counter(row["kpi_id"] for row in REGISTRY).items() if count > 1]


ROLES = ("numerator", "denominator", "observations", "numerator_squared", "pending", "excluded")
PERCENTILES = ("int_conversation_percentiles", "int_dialogue_percentiles")


def measuring_models() -> dict[str, set[str]]:
    """The measures that each KPI family describes, and the models of percentiles."""
    dimensions = {"kpi_date", "grain", "period_start", "slice", "channel", "topic", "team"}
    dimensions |= {"responder", "bot"}
    return {
        entry["name"]: {column["name"] for column in entry["columns"]} - dimensions
        for path in (CHECKOUT / "models" / "kpis").rglob("_models.yml")
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        if entry["name"].startswith("kpi_") or entry["name"] in PERCENTILES
    }


def test_each_measure_is_written_once():
    """A measure is described by one family only."""
    owners = Counter(measure for measures in measuring_models().values() for measure in measures)
    assert not [measure for measure, count in owners.items() if count > 1]


@pytest.mark.parametrize("row", REGISTRY, ids=lambda row: row["kpi_id"])
def test_every_measure_of_a_kpi_stands_word_for_word_in_the_sql_of_its_family(row):
    """So that grep finds where it is made."""
    family = f"kpi_{row['family']}"
    assert MODELS[family] == CHECKOUT / row["sql_location"]
    for role in ROLES:
        if not row[role]:
            continue
        models = PERCENTILES if role == "numerator" and row["statistic"] == "percentile" else (family,)
        assert any(re.search(rf"\b{row[role]}\b", text(model)) for model in models), row[role]
        assert any(row[role] in measuring_models()[model] for model in models), row[role]


def test_each_kpi_is_a_formula_of_its_own():
    """Two KPIs with the same numerator over the same denominator would be one KPI with two names."""
    formulas = Counter((row["statistic"], row["numerator"], row["denominator"]) for row in REGISTRY)
    assert not [formula for formula, count in formulas.items() if count > 1]


@pytest.mark.parametrize("row", REGISTRY, ids=lambda row: row["kpi_id"])
def test_a_registry_row_is_complete(row):
    needed = (
        "family",
        "name_en",
        "name_nl",
        "name_de",
        "name_zh",
        "definition",
        "unit",
        "direction",
        "source_tables",
    )
    assert all(row[column] for column in needed)
