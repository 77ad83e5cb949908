"""Draw all boards of a published warehouse."""

import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path
from rich.console import Console

from service_kpis.boards.answers import Warehouse
from service_kpis.boards.board import read_boards
from service_kpis.boards.page import index, page
from service_kpis.progress import Steps
from service_kpis.say import say

CHARTS = Path(__file__).resolve().parents[2] / "charts"
"""The boards of this project."""


class BoardsFailed(Exception):
    """The boards could not be drawn; those drawn before are still there."""


def draw(warehouse: Path, charts: Path = CHARTS) -> Path:
    """Write the boards to the folder `board` beside the warehouse; returns the page that leads to them.

    All pages are made before the first is written, and each takes the old one's place at once. Raises
    BoardsFailed.
    """
    folder = warehouse.resolve().parent / "board"
    try:
        pages = _pages(warehouse, charts)
        folder.mkdir(exist_ok=True)
        for name, text in pages.items():
            _replace(folder / name, text)
    # Whatever it is: what has been published is good all the same.
    except Exception as error:
        raise BoardsFailed(f"{type(error).__name__}: {error}") from error
    return folder / "index.html"


def draw_and_report(warehouse: Path, project: Path, console: Console) -> None:
    """Draw the boards of a project that has some, as a step of a run; a failure is told, no more."""
    if not (project / "charts").exists():
        return
    try:
        with Steps(console).step("boards"):
            start = draw(warehouse, project / "charts")
    except BoardsFailed as error:
        text, style = f"{warehouse} is published; its boards could not be drawn: {error}", "red"
    else:
        text, style = f"The boards are {os.path.relpath(start)}; open it in a browser.", ""
    say(console, text, style)


def _pages(warehouse: Path, charts: Path) -> dict[str, str]:
    """Name and text of each page; the index comes last, so that it leads nowhere that is not there."""
    boards = read_boards(charts)
    script = _script().replace("</script", "<\\/script")
    with Warehouse(warehouse) as source:
        source.read(charts)
        pages = {f"{board.id}.html": page(board, boards, source, script) for board in boards}
        return {**pages, "index.html": index(boards, source)}


def _script() -> str:
    """Vega-Embed and all that it needs, in one script: bundled once a version, which takes two seconds."""
    # Here, not above: a run must not fail for want of it.
    import vl_convert

    kept = user_cache_path("service-kpis") / f"vega-embed-{vl_convert.__version__}.js"
    with suppress(OSError):
        return kept.read_text(encoding="utf-8")
    script = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        # Other runs may be writing it too.
        aside = kept.with_name(f"{kept.name}.{os.getpid()}")
        aside.write_text(script, encoding="utf-8")
        aside.replace(kept)
    return script


def _replace(file: Path, text: str) -> None:
    unfinished = file.with_name(f".{file.name}.tmp")
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, file)
