"""The boards: what their files say, that their numbers are the warehouse's, how they look in a browser."""

import csv
import io
import re
import shutil
from datetime import date
from pathlib import Path

import browser
import pytest
from rich.console import Console
from runs import publish, rows
from test_run import Place
from tiles import relations

from service_kpis.boards import BoardsFailed, draw, draw_and_report
from service_kpis.boards.answers import Warehouse, text_of
from service_kpis.boards.board import BoardError, read_boards
from service_kpis.boards.draw import CHARTS
from service_kpis.boards.numbers import Scale, changed, shown
from service_kpis.boards.page import page, view
from service_kpis.boards.style import PAPER
from service_kpis.boards.vega import spec
from service_kpis.generate import generate

CHECKOUT = CHARTS.parent
REGISTRY = {
    row["kpi_id"]: row
    for row in csv.DictReader((CHECKOUT / "seeds" / "kpis" / "kpi_registry.csv").open(encoding="utf-8"))
}
MODELS = {file.stem for file in (CHECKOUT / "models").rglob("*.sql")}
WIDTHS = (1440, 600)
BOARDS = read_boards(CHARTS)
TILES = [(board, tile) for board in BOARDS for tile in board.tiles]
NAMES = [f"{board.id}/{tile.id}" for board, tile in TILES]


@pytest.mark.parametrize(("board", "tile"), TILES, ids=NAMES)
def test_a_tile_is_defined(board, tile):
    assert tile.sql.exists()
    assert tile.says or tile.kpis
    assert set(tile.kpis) <= REGISTRY.keys()
    assert tile.draw in ("cards", "table") or tile.unit or tile.kpis


@pytest.mark.parametrize(("board", "tile"), TILES, ids=NAMES)
def test_a_handle_time_never_stands_without_its_quality(board, tile):
    if any("handle_time" in kpi for kpi in tile.kpis):
        assert any(kpi.startswith("fcr_") for kpi in tile.kpis)
        assert any(kpi.startswith("csat_") for kpi in tile.kpis)


def test_every_question_in_the_folder_is_asked():
    asked = {tile.sql for _, tile in TILES}
    written = set(CHARTS.glob("*/*.sql"))
    assert written - asked == {CHARTS / "shared" / "facts.sql", CHARTS / "shared" / "macros.sql"}
    assert {file.stem for file in CHARTS.glob("*.yml")} - {"order"} == {board.id for board in BOARDS}


def test_the_docs_show_every_board():
    text = (CHECKOUT / "docs" / "boards.md").read_text(encoding="utf-8")
    for board in BOARDS:
        assert f"(boards/{board.id}.png)" in text and f"(../charts/{board.id}.yml)" in text
        assert (CHECKOUT / "docs" / "boards" / f"{board.id}.png").stat().st_size < 250_000


def test_tiles_of_a_board_have_names_of_their_own():
    for board in BOARDS:
        names = [tile.id for tile in board.tiles]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.6954, "ratio", "69.5 %"),
        (430.3, "seconds", "7.2 min"),
        (22.31, "points", "+22.3"),
        (-3.25, "points", "\u22123.2"),
        (6.651, "currency", "EUR 6.65"),
        (12_345.6, "currency", "EUR 12,346"),
        (0.0125, "points_of_percent", "+1.2 pp"),
        (184.0, "number", "184"),
        (0.4, "number", "0.4"),
        (5.263, "score", "5.26"),
        (None, "ratio", ""),
    ],
)
def test_numbers_read_as_people_write_them(value, unit, expected):
    assert shown(value, unit, "EUR") == expected


@pytest.mark.parametrize(
    ("change", "unit", "expected"),
    [
        (0.0133, "ratio", "+1.3 pp"),
        (-0.04, "ratio", "\u22124.0 pp"),
        (0.0001, "ratio", "\u00b10.0 pp"),
        (-90.0, "seconds", "\u22121.5 min"),
        (0.45, "currency", "+EUR 0.45"),
        (-2.0, "points", "\u22122.0"),
    ],
)
def test_changes_carry_their_sign(change, unit, expected):
    assert changed(change, unit, "EUR") == expected


@pytest.mark.parametrize(
    ("top", "divisor", "title"),
    [(90, 1, "seconds"), (120, 60, "minutes"), (7_199, 60, "minutes"), (7_200, 3_600, "hours")],
)
def test_an_axis_of_time_has_the_largest_unit_that_two_fit_in(top, divisor, title):
    scale = Scale.of("seconds", [None, 5.0, top], "EUR")
    assert (scale.divisor, scale.title) == (divisor, title)


def test_a_misspelt_key_names_its_file_and_tile(tmp_path):
    charts = shutil.copytree(CHARTS, tmp_path / "charts")
    file = charts / "bots.yml"
    file.write_text(file.read_text().replace("counts: handovers", "count: handovers"))
    with pytest.raises(BoardError, match=r"bots\.yml: tile escalation_reasons has unknown keys: count"):
        read_boards(charts)


def test_a_board_that_cannot_be_drawn_does_not_undo_a_publish(tmp_path, tiny_project):
    project = shutil.copytree(tiny_project, tmp_path / "project")
    (project / "charts").mkdir()
    (project / "charts" / "order.yml").write_text("[nowhere]")
    place = Place(tmp_path, project)
    code, text = place.run("1,2,3")
    assert code == 0
    assert place.query("select conversations from marts.after_the_fact") == [(3,)]
    assert "is published; its boards could not be drawn: BoardError" in text and "nowhere.yml" in text


def test_a_project_without_boards_draws_none(tmp_path, tiny_project):
    text = io.StringIO()
    draw_and_report(tmp_path / "no.duckdb", tiny_project, Console(file=text))
    assert text.getvalue() == "" and not (tmp_path / "board").exists()


@pytest.fixture(scope="module")
def warehouse(demo) -> Path:
    return demo / "warehouse.duckdb"


@pytest.fixture(scope="module")
def answers(warehouse):
    with Warehouse(warehouse) as source:
        source.read(CHARTS)
        yield source


@pytest.fixture(scope="module")
def only_tickets(tmp_path_factory) -> Path:
    """A warehouse of one table: no chats, calls, surveys, costs, shifts."""
    folder = tmp_path_factory.mktemp("tickets")
    generate(1_500, 2, folder / "all")
    (folder / "landing").mkdir()
    for file in (folder / "all").glob("tickets*"):
        shutil.copy(file, folder / "landing")
    return publish(folder / "landing", folder, boards=True)


@pytest.mark.slow
def test_a_run_draws_every_board_and_leads_to_them(warehouse):
    written = {file.name for file in (warehouse.parent / "board").iterdir()}
    assert written == {"index.html", *(f"{board.id}.html" for board in BOARDS)}
    index = (warehouse.parent / "board" / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'href="(\w+\.html)"', index)) == written


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index", *(board.id for board in BOARDS)])
def test_a_page_asks_nothing_of_the_network_and_says_how_old_its_data_are(warehouse, name):
    text = (warehouse.parent / "board" / f"{name}.html").read_text(encoding="utf-8")
    ((as_of, run_id),) = rows(warehouse, "select as_of, run_id from quality.runs where outcome = 'published'")
    assert f"Data as of <strong>{text_of(as_of)} UTC</strong>" in text and run_id in text
    assert "default-src 'none'" in text
    loads = r"""(?:\b(?:src|href|action|poster|srcset)\s*=|url\(|@import)\s*["']?(?:https?:)?//"""
    assert not re.findall(loads, text)


@pytest.mark.slow
@pytest.mark.parametrize(("board", "tile"), TILES, ids=NAMES)
def test_a_tile_lacks_its_table_only_where_the_project_has_no_such_model(answers, board, tile):
    """runs is written by the publish, all other relations are models."""
    absent = relations(tile) - MODELS - {"runs"}
    assert ("Not in this warehouse" in view(tile, answers).reason) == bool(absent)


def test_a_month_that_is_not_over_is_drawn_hollow():
    months = [(date(2025, 1, 1), 0.7, True), (date(2025, 2, 1), 0.4, False)]
    drawn = spec(
        "lines",
        [{"x": month, "value": value, "is_final": is_final} for month, value, is_final in months],
        "ratio",
        "EUR",
        {},
    )
    points = [layer for layer in drawn["layer"] if layer["mark"]["type"] == "point"]
    assert [layer["transform"][0]["filter"] for layer in points] == [
        "datum.is_final !== false",
        "datum.is_final === false",
    ]
    assert points[0]["mark"]["filled"] and points[1]["mark"]["fill"] == PAPER


def test_near_a_target_in_points_is_within_ten():
    """+14.9 is not near +50."""
    with (CHECKOUT / "seeds" / "targets" / "kpi_targets.csv").open(encoding="utf-8") as lines:
        targets = [row for row in csv.DictReader(lines) if REGISTRY[row["kpi_id"]]["unit"] == "points"]
    assert "nps" in {row["kpi_id"] for row in targets}
    assert all(abs(float(row["target"]) - float(row["warn"])) <= 10 for row in targets if row["warn"])


@pytest.mark.slow
def test_cards_show_the_newest_complete_and_mature_month(warehouse):
    """Counted again from kpi_values, in another way."""
    month = rows(
        warehouse, "select max(period_start) from marts.review_pack where grain = 'month' and is_complete"
    )[0][0]
    for board, tile in TILES:
        text = (warehouse.parent / "board" / f"{board.id}.html").read_text(encoding="utf-8")
        for kpi in tile.kpis if tile.draw == "cards" else ():
            months = rows(
                warehouse,
                f"""
                select period_start, value, n, no_value_reason from marts.kpi_values
                where kpi_id = '{kpi}' and grain = 'month' and slice = 'all'
                    and period_start <= '{month}' and coalesce(maturity_rate, 1) >= 0.95
                order by period_start
                """,
            )
            card = re.search(rf'<article class="card" data-tile="{kpi}">(.*?)</article>', text, re.S).group(1)
            newest, value, n, reason = months[-1]
            assert text_of(newest) in card
            if reason:
                assert 'class="reason"' in card and 'class="number"' not in card
            else:
                number = re.search(r'class="number">(.*?)<', card).group(1)
                assert number == shown(value, REGISTRY[kpi]["unit"], "EUR")
                assert f"n = {n:,}" in card


@pytest.mark.slow
def test_a_boards_interval_is_that_of_the_mart(answers):
    compared = answers.rows("""
        select
            count(*) as cells,
            max(abs(wilson(numerator, n, -1) - ci_low)) as low,
            max(abs(wilson(numerator, n, 1) - ci_high)) as high
        from marts.kpi_values
        join marts.kpi_definitions using (kpi_id)
        where interval_method = 'wilson' and grain = 'month' and slice = 'channel' and value is not null
    """)[0]
    assert compared["cells"] > 100
    assert compared["low"] < 1e-12 and compared["high"] < 1e-12


@pytest.mark.slow
def test_months_are_summed_and_not_averaged(warehouse, answers):
    (tile,) = [tile for _, tile in TILES if tile.id == "csat_channels"]
    answered, _ = answers.answer(tile)
    month = answers.facts["month"]
    first = date(month.year - (month.month <= 2), (month.month - 3) % 12 + 1, 1)
    expected = rows(
        warehouse,
        f"""
        select coalesce(channel, 'unknown'), sum(case when score >= 4 then 1 else 0 end), count(*)
        from core.fct_survey_responses
        where question = 'csat' and is_answered and not is_late and not is_superseded
            and scale_min = 1 and scale_max = 5
            and response_date >= '{first}' and response_date < date '{month}' + interval 1 month
        group by all
        """,
    )
    sums = {channel: (top, n) for channel, top, n in expected}
    assert len(answered) >= 4
    for row in answered:
        top, n = sums[row["label"]]
        assert row["n"] == n
        assert row["value"] is None if n < 10 else row["value"] == pytest.approx(top / n)


@pytest.mark.slow
def test_what_did_not_land_is_said_in_its_tile(only_tickets):
    with Warehouse(only_tickets) as source:
        source.read(CHARTS)
        views = {tile.id: view(tile, source) for _, tile in TILES}
    for name in (
        "peak_waits",
        "outcomes",
        "escalation_reasons",
        "nps_groups",
        "savings",
        "giving_up",
        "intents",
    ):
        assert views[name].reason.startswith("No source: "), name
    assert views["csat_months"].reason == "No source: surveys did not land."
    assert views["service_level_channels"].reason == "No source: none of chats, calls has landed."
    assert views["chats_now"].reason == "No source: chats did not land."
    assert not views["backlog_age"].reason
    cards = {card["kpi_id"]: card for each in views.values() for card in each.cards}
    assert cards["nps"]["reason"].startswith("No source") and cards["resolution_rate"]["reason"] == ""
    # Tickets alone do not say whether they came back.
    assert cards["reopen_rate"]["reason"] == "Nobody to count in this period."


@pytest.mark.slow
def test_what_has_no_source_stands_in_a_line_below_what_has(only_tickets):
    with Warehouse(only_tickets) as source:
        source.read(CHARTS)
        (management,) = (board for board in BOARDS if board.id == "management")
        text = page(management, BOARDS, source, "")
    lines = [line for line in text.splitlines() if line.startswith('<p class="folded">')]
    assert any(
        "No source: surveys did not land. Not shown: " in line and "Net promoter score" in line
        for line in lines
    )
    assert 'data-tile="resolution_rate"' in text and 'data-tile="nps"' not in text
    assert 'class="reason">No source' not in text


@pytest.mark.slow
def test_a_broken_question_names_its_file_and_leaves_the_pages(warehouse, tmp_path):
    charts = shutil.copytree(CHARTS, tmp_path / "charts")
    (charts / "bots" / "intents.sql").write_text("select no_such_column from marts.intent_accuracy")
    pages = {file: file.read_bytes() for file in (warehouse.parent / "board").iterdir()}
    with pytest.raises(BoardsFailed, match=r"bots/intents\.sql: .*no_such_column"):
        draw(warehouse, charts)
    assert {file: file.read_bytes() for file in (warehouse.parent / "board").iterdir()} == pages


@pytest.mark.slow
@browser.needs_a_browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.id)
@pytest.mark.parametrize("source", ["warehouse", "only_tickets"])
def test_a_board_is_whole_in_a_browser(request, tmp_path, source, board, width):
    file = request.getfixturevalue(source)
    seen = browser.look(file.parent / "board" / f"{board.id}.html", tmp_path, width)
    assert seen["complaints"] == []
    assert seen["outside"] == []
    assert not seen["tooWide"]
    assert seen["cut"] == []
    expected = {kpi for tile in board.tiles if tile.draw == "cards" for kpi in tile.kpis}
    expected |= {tile.id for tile in board.tiles if tile.draw != "cards"}
    assert seen["tiles"].keys() == expected
    for name, tile in seen["tiles"].items():
        assert tile["marks"] or tile["cells"] or tile["number"] or tile["reason"], f"{name} is empty"
        assert tile["definitions"], f"{name} leads to no definition"


@pytest.mark.slow
@browser.needs_a_browser
def test_the_browser_sees_what_would_be_wrong(warehouse, tmp_path):
    """The same look at a page that is broken on purpose."""
    text = (warehouse.parent / "board" / "bots.html").read_text(encoding="utf-8")
    wrong = """
    <img src="https://example.org/pixel.png"><div style="width: 3000px">wide</div>
    <article data-tile="hollow"><div class="canvas"></div></article>
    <script>console.error("complaint"); throw new Error("thrown")</script>
    """
    page = tmp_path / "page" / "wrong.html"
    page.parent.mkdir()
    page.write_text(text.replace("<main>", "<main>" + wrong))
    seen = browser.look(page, tmp_path, 1440)
    assert "https://example.org/pixel.png" in seen["outside"]
    assert seen["tooWide"]
    assert "error: complaint" in seen["complaints"] and any("thrown" in text for text in seen["complaints"])
    assert not any(seen["tiles"]["hollow"].values())
