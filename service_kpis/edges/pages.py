"""Data Docs that open without a network: no script, nothing from elsewhere, and an index that is a page.

The pages that Great Expectations writes fetch styles, scripts and a logo from a dozen hosts, and its index is
empty without them.
"""

import os
import re
import shutil
from html import escape
from pathlib import Path
from typing import Any

STYLE = Path(__file__).with_name("style.css")
SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL)
REMOTE = re.compile(r"<(?:link|img)\b[^>]*(?:\bhttps?://|/static/)[^>]*>")
REMOTE_STYLES = re.compile(r"<style\b[^>]*>(?:(?!</style>).)*\bhttps?://.*?</style>", re.DOTALL)
FOOTER = re.compile(r"<footer\b.*?</footer>", re.DOTALL)
TITLE = "What this run was expected to be"


def settle(folder: Path, run_id: str, suites: list[dict[str, Any]], unmet: list[dict[str, Any]]) -> None:
    """Make the Data Docs in `folder` self-contained, with an index of a run's suites and what was not met."""
    shutil.rmtree(folder / "static")
    shutil.copy(STYLE, folder)
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for pattern in (SCRIPTS, REMOTE, REMOTE_STYLES, FOOTER):
            text = pattern.sub("", text)
        style = os.path.relpath(folder / STYLE.name, page.parent)
        page.write_text(text.replace("</head>", f"{_link(style)}</head>", 1), encoding="utf-8")
    (folder / "index.html").write_text(_index(folder, run_id, suites, unmet), encoding="utf-8")


def _index(folder: Path, run_id: str, suites: list[dict[str, Any]], unmet: list[dict[str, Any]]) -> str:
    rows = "\n".join(
        _row(folder, suite, [found for found in unmet if found["suite"] == suite["name"]]) for suite in suites
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>'
        f"{_link(STYLE.name)}</head><body><h1>{TITLE}</h1><p>Run {escape(run_id)}</p>"
        "<table><tr><th>Suite</th><th>Expectations</th><th>Not met</th></tr>"
        f"\n{rows}\n</table></body></html>\n"
    )


def _row(folder: Path, suite: dict[str, Any], unmet: list[dict[str, Any]]) -> str:
    (page,) = (folder / "validations").joinpath(*suite["name"].split(".")).rglob("*.html")
    lines = "<br>".join(
        f'<span class="{found["severity"]}">{found["severity"]}</span>'
        f" {escape(found['sentence'])}; observed: {escape(found['observed'])} {escape(found['measure'])}"
        for found in unmet
    )
    return (
        f'<tr><td><a href="{page.relative_to(folder).as_posix()}">{escape(suite["name"])}</a></td>'
        f"<td>{len(suite['expectations'])}</td><td>{lines or '<span class=met>none</span>'}</td></tr>"
    )


def _link(style: str) -> str:
    return f'<link rel="stylesheet" href="{style}">'
