"""The documentation as a site to be opened from disk: `make site`.

dbt and dbt-colibri have drawn their pages; here these are shut off from the network and get a front page.
"""

import json
import re
import sys
from pathlib import Path

from jinja2 import Environment

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:"
)
SHUT = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><link rel="icon" href="data:,">'
# A placeholder that dbt's own build has left, and names of addresses that are not there.
DEAD_LINKS = re.compile(r'<link rel="(?:shortcut icon|canonical)"[^>]*>')

ROOMS = {
    "staging": "landed tables, trimmed and checked",
    "contract": "accepted rows in our words, whatever tool they come from",
    "core": "facts and dimensions",
    "kpis": "what counts: numerators and denominators",
    "marts": "KPIs with targets and intervals, and tables for boards and BI tools",
    "quality": "rejects and reconciliation",
}

FRONT = Path(__file__).with_name("site.html.j2")


def write(target: Path, lineage: Path, site: Path) -> None:
    """Write the site from dbt's target folder and colibri's page."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    site.mkdir(parents=True, exist_ok=True)
    pages = {"docs.html": target / "static_index.html", "lineage.html": lineage / "index.html"}
    for name, page in pages.items():
        (site / name).write_text(shut_off(page.read_text(encoding="utf-8")), encoding="utf-8")
    (site / "index.html").write_text(front(manifest), encoding="utf-8")


def shut_off(page: str) -> str:
    """A page that loads nothing from elsewhere."""
    head, rest = page.split("<head>", 1)
    return f"{head}<head>{SHUT}{DEAD_LINKS.sub('', rest)}"


def front(manifest: dict) -> str:
    """The front page: what there is, what the colours mean, which boards there are."""
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    rooms = []
    for room, says in ROOMS.items():
        inside = [model for model in models if model["fqn"][1] == room]
        color = inside[0]["docs"]["node_color"]
        rooms.append({"name": room, "says": says, "models": len(inside), "color": color})
    environment = Environment(autoescape=True)
    boards = manifest["exposures"].values()
    return environment.from_string(FRONT.read_text(encoding="utf-8")).render(
        shut=SHUT, rooms=rooms, boards=boards
    )


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
