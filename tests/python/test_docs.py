"""The pages under docs/ are made, not written; and what they are made of is complete."""

from collections import Counter

import pytest

from service_kpis.docs import CHECKOUT, LANGUAGES, Project, pages, write

PROJECT = Project()
PAGES = pages(PROJECT)


@pytest.mark.parametrize("path", sorted(PAGES))
def test_a_page_is_as_make_docs_writes_it(path):
    assert (CHECKOUT / path).read_text(encoding="utf-8") == PAGES[path], "run `make docs`"


def test_no_page_is_left_of_a_family_that_is_gone():
    assert {f"docs/kpis/{path.name}" for path in (CHECKOUT / "docs/kpis").iterdir()} <= PAGES.keys()


def test_every_kpi_stands_on_the_page_of_its_family_with_its_sql():
    for kpi in PROJECT.kpis:
        page = PAGES[f"docs/kpis/{kpi['family']}.md"]
        assert f"\n## {kpi['kpi_id']}\n" in page
        assert f"](../../{kpi['sql_location']})" in page
        assert (CHECKOUT / kpi["sql_location"]).exists()


def test_every_kpi_has_a_definition_and_names_of_its_own():
    """In no language do two KPIs share a name; no two share a definition; a KPI's four names differ."""
    for column in (*(f"name_{language}" for language in LANGUAGES), "definition"):
        texts = Counter(kpi[column].strip() for kpi in PROJECT.kpis)
        assert not [text for text, count in texts.items() if count > 1 or not text], column
    for kpi in PROJECT.kpis:
        assert len({kpi[f"name_{language}"] for language in LANGUAGES}) == len(LANGUAGES), kpi["kpi_id"]


def test_every_alias_is_on_the_page_of_its_kpi_and_the_name_of_no_other():
    named = {(n, kpi[f"name_{n}"].lower()): kpi["kpi_id"] for kpi in PROJECT.kpis for n in LANGUAGES}
    family = {kpi["kpi_id"]: kpi["family"] for kpi in PROJECT.kpis}
    aliases = PROJECT.rows("docs/kpi-aliases.csv")
    assert len(aliases) == len({tuple(row.values()) for row in aliases})
    for row in aliases:
        language, alias, kpi_id = row["language"], row["alias"], row["kpi_id"]
        assert f"{alias} ({language})" in PAGES[f"docs/kpis/{family[kpi_id]}.md"]
        assert named.get((language, alias.lower()), kpi_id) == kpi_id


def test_pages_are_written_where_they_belong(tmp_path):
    for folder in ("seeds", "models", "tests", "docs"):
        (tmp_path / folder).symlink_to(CHECKOUT / folder) if folder != "docs" else (tmp_path / folder).mkdir()
    for file in ("mission-coverage.csv", "kpi-aliases.csv"):
        (tmp_path / "docs" / file).symlink_to(CHECKOUT / "docs" / file)
    (tmp_path / "docs" / "kpis").mkdir()
    (tmp_path / "docs" / "kpis" / "gone.md").write_text("a family that is no more")
    write(tmp_path)
    written = {path.relative_to(tmp_path).as_posix() for path in (tmp_path / "docs").rglob("*.md")}
    assert written == PAGES.keys()
