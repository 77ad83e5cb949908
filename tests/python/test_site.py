"""The documentation site: public columns are described, boards name what they read, pages ask nobody."""

import json
import re
import subprocess
from pathlib import Path

import browser
import pytest
import yaml
from markupsafe import escape
from tiles import named_in, relations

from service_kpis.boards.board import read_boards
from service_kpis.boards.draw import CHARTS
from service_kpis.docs import Project
from service_kpis.history import RUNS, STEPS
from service_kpis.publish import SCHEMAS
from service_kpis.site import ROOMS, kpis

CHECKOUT = Path(__file__).resolve().parents[2]
BOARDS = {board.id: board for board in read_boards(CHARTS)}
PAGES = ("index", "kpis", "docs", "lineage")


def read_yaml(file: str) -> dict:
    return yaml.safe_load((CHECKOUT / file).read_text(encoding="utf-8"))


def test_every_board_is_an_exposure_of_what_its_tiles_read():
    exposures = read_yaml("models/exposures.yml")["exposures"]
    assert [exposure["name"] for exposure in exposures] == list(BOARDS)
    for exposure in exposures:
        board = BOARDS[exposure["name"]]
        read = named_in((CHARTS / "shared" / "facts.sql").read_text(encoding="utf-8")).union(
            *(relations(tile) for tile in board.tiles)
        )
        named = [re.search(r"'(\w+)'\)$", dependency).group(1) for dependency in exposure["depends_on"]]
        assert sorted(read) == named, exposure["name"]
        assert (exposure["label"], exposure["description"]) == (board.title, board.question.strip())


def test_what_the_runner_publishes_itself_is_described():
    (source,) = read_yaml("models/quality/_sources.yml")["sources"]
    described = {
        table["name"]: [column["name"] for column in table["columns"] if column["description"].strip()]
        for table in source["tables"]
    }
    assert described == {"runs": list(RUNS), "run_steps": list(STEPS)}


def test_every_room_has_a_colour_of_its_own_and_is_on_the_front_page():
    models = read_yaml("dbt_project.yml")["models"]["service_kpis"]
    colors = {room: models[room]["+docs"]["node_color"] for room in ROOMS}
    assert len(set(colors.values())) == len(colors)
    assert colors.keys() == {path.name for path in (CHECKOUT / "models").iterdir() if path.is_dir()}


def test_every_kpi_is_on_the_page_of_kpis_with_its_tests_and_nothing_is_left_as_markdown():
    project = Project()
    page = kpis(project)
    for kpi in project.kpis:
        assert page.count(f'<h3 id="{kpi["kpi_id"]}">') == 1
        assert f"zh: {escape(kpi['name_zh'])}" in page
    assert page.count("<td>Tests</td>") > 100
    assert "`" not in page and "|" not in page


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        ["make", "site", f"SITE={folder}"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def built(site) -> tuple[dict, dict]:
    """dbt's manifest, and its catalogue of the relations that were built."""
    target = CHECKOUT / "work/site/target"
    return tuple(
        json.loads((target / file).read_text(encoding="utf-8")) for file in ("manifest.json", "catalog.json")
    )


@pytest.mark.slow
def test_every_public_column_is_described(built):
    """A word or two could stand for any column: at least twelve letters, and not the name once more."""
    manifest, catalog = built
    bare, gone, public = [], [], 0
    for key, relation in catalog["nodes"].items():
        node = manifest["nodes"][key]
        if node["schema"] not in SCHEMAS:
            continue
        assert node["description"].startswith("One row"), key
        texts = {name: column["description"].strip() for name, column in node["columns"].items()}
        gone += [f"{node['name']}.{name}" for name in texts.keys() - relation["columns"].keys()]
        for name in relation["columns"]:
            public += 1
            text = texts.get(name, "")
            if len(text) < 12 or text.rstrip(".").lower() == name.replace("_", " "):
                bare.append(f"{node['name']}.{name}: {text!r}")
    assert not bare and not gone
    assert public > 1_400


@pytest.mark.slow
def test_the_lineage_of_columns_is_known(built, site):
    """Nothing went wrong in reading the SQL, and a KPI's measure leads to the fact that it counts."""
    log = (CHECKOUT / "work/site/lineage.log").read_text(encoding="utf-8")
    assert "Report completed" in log and "ERROR" not in log and "WARNING" not in log
    lineage = json.loads((CHECKOUT / "work/site/lineage/colibri-manifest.json").read_text(encoding="utf-8"))
    edges = {
        (edge["source"], edge["sourceColumn"], edge["target"], edge["targetColumn"])
        for edge in lineage["lineage"]["edges"]
    }
    model = "model.service_kpis."
    step = (f"{model}kpi_fcr", "issue_resolved_48h")
    assert (*step, f"{model}first_contact_resolution", "fcr_issue_rate_48h") in edges
    assert (f"{model}int_conversations_classified", "fcr_48h", *step) in edges
    assert (*step, f"{model}int_kpi_sums", "numerator") in edges


@pytest.mark.slow
@browser.needs_a_browser
@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_from_disk_and_asks_nobody(site, tmp_path, page):
    copy = tmp_path / "page" / f"{page}.html"
    copy.parent.mkdir()
    # Where the listeners go: before any script.
    text = (site / f"{page}.html").read_text(encoding="utf-8")
    copy.write_text(text.replace("<head>", "<head><style></style>", 1), encoding="utf-8")
    seen = browser.look(copy, tmp_path, 1440)
    assert seen["complaints"] == []
    # dbt's page names images by placeholders before it has filled them in: of its own folder, and refused.
    assert [address for address in seen["outside"] if not re.match("data:|blob:|file:", address)] == []


@pytest.mark.slow
@browser.needs_a_browser
@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("index.html", "Customer experience"),
        ("kpis.html#fcr_issue_48h", "Lösungsquote beim Erstkontakt binnen 48 Stunden"),
        ("docs.html#!/model/model.service_kpis.kpi_values", "First day of the period in the reporting zone"),
        ("docs.html#!/exposure/exposure.service_kpis.bots", "What becomes of conversations with bots"),
        ("lineage.html", "analyses"),
    ],
)
def test_a_page_shows_what_it_is_for(site, tmp_path, address, word):
    command = [
        browser.CHROMIUM,
        *browser.OPTIONS,
        f"--user-data-dir={tmp_path}",
        f"{site.as_uri()}/{address}",
    ]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout
    # What stands in scripts is not shown.
    assert word in re.sub(r"<script.*?</script>", "", dom, flags=re.S)
