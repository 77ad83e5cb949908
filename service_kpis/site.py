"""The documentation as a site to be opened from disk: `make site`.

dbt and dbt-colibri have drawn their pages; here these are shut off from the network and get a front page,
and beside them a page says all that is known of each KPI.
"""

import json
import re
import sys
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup, escape

from service_kpis.docs import Project, facts, files_of, tests_of, title

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:"
)
SHUT = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><link rel="icon" href="data:,">'
# A placeholder that dbt's own build has left, and names of addresses that are not there.
DEAD_LINKS = re.compile(r'<link rel="(?:shortcut icon|canonical)"[^>]*>')

ROOMS = {
    "staging": "landed tables and the data cut-off",
    "entities": "landed rows, judged once: why one is refused, and the others in our words",
    "core": "facts and dimensions",
    "kpis": "what counts: numerators and denominators",
    "marts": "KPIs with targets and intervals, and tables for boards and BI tools",
    "quality": "rejects and reconciliation",
}

FRONT = Path(__file__).with_name("site.html.j2")
KPIS = Path(__file__).with_name("site_kpis.html.j2")


def write(target: Path, lineage: Path, site: Path) -> None:
    """Write the site from dbt's target folder and colibri's page."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    site.mkdir(parents=True, exist_ok=True)
    pages = {"docs.html": target / "static_index.html", "lineage.html": lineage / "index.html"}
    for name, page in pages.items():
        (site / name).write_text(shut_off(page.read_text(encoding="utf-8")), encoding="utf-8")
    (site / "index.html").write_text(front(manifest), encoding="utf-8")
    (site / "kpis.html").write_text(kpis(Project()), encoding="utf-8")


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
    return _page(FRONT, rooms=rooms, boards=manifest["exposures"].values())


def kpis(project: Project) -> str:
    """Every KPI by family: names, definition, measures, targets, benchmarks, tests."""
    families = [
        {
            "name": name,
            "title": title(name),
            "files": [(Path(file).stem, file) for file in files_of(kpis)],
            "tests": tests_of(project, kpis),
            "kpis": [
                {"kpi_id": kpi["kpi_id"], "name": kpi["name_en"], "facts": facts(project, kpi)}
                for kpi in kpis
            ],
        }
        for name, kpis in project.families.items()
    ]
    return _page(KPIS, families=families)


def _page(template: Path, **said: object) -> str:
    environment = Environment(autoescape=True)
    environment.filters["coded"] = _coded
    return environment.from_string(template.read_text(encoding="utf-8")).render(shut=SHUT, **said)


def _coded(text: str) -> Markup:
    """Markdown's code as HTML's."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
