"""The pages under docs/ are made, not written; and what they are made of is complete."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from service_kpis.docs import CHECKOUT, LANGUAGES, Project, facts, pages, title, write

PROJECT = Project()
PAGES = pages(PROJECT)
KPIS = PAGES["docs/kpis.md"]


@pytest.mark.parametrize("path", sorted(PAGES))
def test_a_page_is_as_make_docs_writes_it(path):
    assert (CHECKOUT / path).read_text(encoding="utf-8") == PAGES[path], "run `make docs`"


def test_every_kpi_stands_once_under_its_family_with_its_sql():
    sections = {section.split("\n", 1)[0]: section for section in KPIS.split("\n## ")[1:]}
    for kpi in PROJECT.kpis:
        section = sections[title(kpi["family"])]
        assert (
            section.count(f'| <a id="{kpi["kpi_id"]}"></a>') == KPIS.count(f'<a id="{kpi["kpi_id"]}">') == 1
        )
        assert f"](../{kpi['sql_location']})" in section
        assert (CHECKOUT / kpi["sql_location"]).exists()


def text(name: str) -> str:
    return (CHECKOUT / PROJECT.place(name)).read_text(encoding="utf-8")


@cache
def sources(name: str) -> frozenset[str]:
    """All models and seeds that a model is made of, itself included."""
    refs = re.findall(r"ref\('(\w+)'\)", text(name))
    return frozenset([name]).union(*(sources(ref) for ref in refs))


@pytest.mark.parametrize("family", PROJECT.families)
def test_what_decides_what_counts_is_there_and_leads_to_its_kpis(family):
    kpis = PROJECT.families[family]
    (table,) = (Path(kpi).stem for kpi in {kpi["sql_location"] for kpi in kpis})
    made_of = sources(table) - {table}
    assert PROJECT.rules(kpis)
    for place in PROJECT.rules(kpis):
        model, _, column = place.partition(".")
        assert model in made_of, place
        assert re.search(rf"\bas {column}\b" if column else "", text(model)), place
        assert f"[{place}](../{PROJECT.place(place)})" in KPIS


def test_what_is_known_of_a_kpi_is_complete():
    """Nothing of its row in the registry is left out on its page of the site."""
    kpi = next(kpi for kpi in PROJECT.kpis if kpi["kpi_id"] == "fcr_issue_48h")
    known = facts(PROJECT, kpi)
    assert known["Names"][0] == "en: First contact resolution within 48 hours"
    assert known["SQL"] == [f"`{kpi['sql_location']}`"]
    assert known["Decided in"][0].startswith("`int_first_contact_resolution`, `int_contacts_chained`")
    assert any("target" not in line and line for line in known["Targets"])
    assert known["Tests"] and known["Asked for as"] and known["Pending"]
    assert all(any(lines) for each in PROJECT.kpis for lines in facts(PROJECT, each).values())


def test_every_kpi_has_a_definition_and_names_of_its_own():
    """In no language do two KPIs share a name; no two share a definition; a KPI's four names differ."""
    for column in (*(f"name_{language}" for language in LANGUAGES), "definition"):
        texts = Counter(kpi[column].strip() for kpi in PROJECT.kpis)
        assert not [text for text, count in texts.items() if count > 1 or not text], column
    for kpi in PROJECT.kpis:
        assert len({kpi[f"name_{language}"] for language in LANGUAGES}) == len(LANGUAGES), kpi["kpi_id"]


def test_every_alias_is_on_the_page_of_its_kpi_and_the_name_of_no_other():
    named = {(n, kpi[f"name_{n}"].lower()): kpi["kpi_id"] for kpi in PROJECT.kpis for n in LANGUAGES}
    kpis = {kpi["kpi_id"]: kpi for kpi in PROJECT.kpis}
    aliases = PROJECT.rows("docs/kpi-aliases.csv")
    assert len(aliases) == len({tuple(row.values()) for row in aliases})
    for row in aliases:
        language, alias, kpi_id = row["language"], row["alias"], row["kpi_id"]
        assert f"| {alias} | {LANGUAGES[language]} | [{kpi_id}](#{kpi_id}) |" in KPIS
        assert f"{alias} ({language})" in facts(PROJECT, kpis[kpi_id])["Also called"][0]
        assert named.get((language, alias.lower()), kpi_id) == kpi_id


def test_pages_are_written_where_they_belong(tmp_path):
    for name in ("seeds", "models", "tests", "dbt_project.yml"):
        (tmp_path / name).symlink_to(CHECKOUT / name)
    (tmp_path / "docs").mkdir()
    for file in ("mission-coverage.csv", "kpi-aliases.csv"):
        (tmp_path / "docs" / file).symlink_to(CHECKOUT / "docs" / file)
    write(tmp_path)
    written = {path.relative_to(tmp_path).as_posix() for path in (tmp_path / "docs").rglob("*.md")}
    assert written == PAGES.keys()


def test_every_test_that_security_md_names_is_there():
    named = set(re.findall(r"`(test_\w+)`", (CHECKOUT / "SECURITY.md").read_text(encoding="utf-8")))
    files = [file.read_text(encoding="utf-8") for file in (CHECKOUT / "tests" / "python").glob("test_*.py")]
    there = {name for text in files for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)}
    assert len(named) > 10 and named <= there
