"""The pages under docs/ that follow from the registry, the seeds and the tests: `make docs`.

Nobody edits them; a test compares them with what this module makes of the checkout.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import yaml

from service_kpis.summary import shown

CHECKOUT = Path(__file__).resolve().parents[1]
LANGUAGES = {"en": "English", "nl": "Dutch", "de": "German", "zh": "Chinese"}
NOTE = "<!-- Made by `make docs` from seeds and CSV files; not to be edited. -->\n"
BETTER = {"higher": "higher is better", "lower": "lower is better", "band": "best inside a band"}
INTERVALS = {"wilson": "Wilson, 95 %", "mean": "normal, 95 %", "none": "none"}

Row = dict[str, str]


class Project:
    """What the pages are made of."""

    def __init__(self, root: Path = CHECKOUT) -> None:
        self.root = root

    def rows(self, file: str) -> list[Row]:
        with (self.root / file).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    @cached_property
    def kpis(self) -> list[Row]:
        return self.rows("seeds/kpi_registry.csv")

    @cached_property
    def families(self) -> dict[str, list[Row]]:
        families = defaultdict(list)
        for kpi in self.kpis:
            families[kpi["family"]].append(kpi)
        return dict(sorted(families.items()))

    @cached_property
    def features(self) -> list[Row]:
        return self.rows("docs/mission-coverage.csv")

    @cached_property
    def about(self) -> dict[str, dict[str, list[Row]]]:
        """What other files say of each KPI."""
        files = {
            "targets": "seeds/kpi_targets.csv",
            "benchmarks": "seeds/kpi_benchmarks.csv",
            "companions": "seeds/kpi_companions.csv",
            "aliases": "docs/kpi-aliases.csv",
        }
        return {name: _by_kpi(self.rows(file)) for name, file in files.items()}

    @cached_property
    def measures(self) -> dict[str, str]:
        """The description of each measure of a KPI family."""
        described = {}
        for path in sorted((self.root / "models/kpis").glob("kpi_*.yml")):
            for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
                described |= {column["name"]: column["description"] for column in model["columns"]}
        return described

    @cached_property
    def tests(self) -> list[tuple[str, str, set[str]]]:
        """(name, file, words in it) of SQL tests, and of unit tests, whose one word is their model."""
        found = []
        for path in sorted((self.root / "models").rglob("_unit_tests*.yml")):
            for test in yaml.safe_load(path.read_text(encoding="utf-8"))["unit_tests"]:
                found.append((test["name"], self.file(path), {test["model"]}))
        for path in sorted((self.root / "tests/sql").glob("*.sql")):
            found.append(
                (path.stem, self.file(path), set(re.findall(r"\w+", path.read_text(encoding="utf-8"))))
            )
        return found

    def file(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def pages(project: Project | None = None) -> dict[str, str]:
    """The text of every generated page by its path in the checkout."""
    project = project or Project()
    texts = {f"docs/kpis/{family}.md": _family(project, family) for family in project.families}
    return texts | {"docs/kpis/README.md": _index(project), "docs/mission-coverage.md": _coverage(project)}


def write(root: Path = CHECKOUT) -> None:
    """Write the pages; pages of families that are gone are removed."""
    texts = pages(Project(root))
    (root / "docs/kpis").mkdir(parents=True, exist_ok=True)
    for path in (root / "docs/kpis").glob("*.md"):
        path.unlink()
    for path, text in texts.items():
        (root / path).write_text(text, encoding="utf-8")


def _family(project: Project, family: str) -> str:
    kpis = project.families[family]
    files = sorted({kpi["sql_location"] for kpi in kpis})
    names = {Path(file).stem for file in files}
    tests = [f"- [{name}](../../{file})" for name, file, words in project.tests if names & words]
    lines = [
        f"# {_title(family)}",
        "",
        NOTE,
        "What counts stands in " + ", ".join(f"[{Path(file).name}](../../{file})" for file in files) + ".",
        "",
        *_table(
            ("KPI", "name", "unit", "better"),
            (
                (f"[{kpi['kpi_id']}](#{kpi['kpi_id']})", kpi["name_en"], kpi["unit"], kpi["direction"])
                for kpi in kpis
            ),
        ),
        "",
        *(line for kpi in kpis for line in _kpi(project, kpi)),
        "## Tests of these files",
        "",
        *(tests or ["None by name; see the tests of each KPI."]),
    ]
    return "\n".join(lines) + "\n"


def _kpi(project: Project, kpi: Row) -> list[str]:
    kpi_id = kpi["kpi_id"]
    said = {name: rows.get(kpi_id, []) for name, rows in project.about.items()}
    features = [row for row in project.features if f"kpi_id={kpi_id}," in row["where"].replace("]", ",")]
    tests = {test: None for row in features for test in row["test"].split("|")}
    tests |= {name: None for name, _, words in project.tests if kpi_id in words}
    facts = {
        "Names": "; ".join(f"{language}: {kpi[f'name_{language}']}" for language in LANGUAGES),
        "Also called": ", ".join(f"{row['alias']} ({row['language']})" for row in said["aliases"]),
        "Definition": kpi["definition"],
        "Value": formula(kpi["statistic"], kpi["numerator"], kpi["denominator"]),
        "Numerator": project.measures[kpi["numerator"]] if kpi["statistic"] != "percentile" else "",
        "Denominator": project.measures[kpi["denominator"]],
        "Unit": f"{kpi['unit']}, {BETTER[kpi['direction']]}",
        "Placed by": kpi["anchor"] + (f", window {kpi['repeat_window']}" if kpi["repeat_window"] else ""),
        "Interval": INTERVALS[kpi["interval_method"]],
        "Small": f"grey below {kpi['small_below_n']}, hidden below {kpi['hidden_below_n']}",
        "Pending": project.measures[kpi["pending"]] if kpi["pending"] else "",
        "Left out": kpi["exclusions"],
        "Needs": " or ".join(kpi["source_tables"].split("|")),
        "Targets": "<br>".join(target(row, kpi["unit"]) for row in said["targets"]),
        "Benchmarks": "<br>".join(_benchmark(row, kpi["unit"]) for row in said["benchmarks"]),
        "Never without": ", ".join(f"`{row['companion_kpi_id']}`" for row in said["companions"]),
        "SQL": f"[{kpi['sql_location']}](../../{kpi['sql_location']})",
        "Tests": "<br>".join(f"`{test}`" for test in tests),
        "Asked for as": ", ".join(row["feature"].split()[0] for row in features),
    }
    cells = ((f"**{name}**", text) for name, text in facts.items() if text)
    return [f"## {kpi_id}", "", kpi["name_en"], "", *_table(("", ""), cells), ""]


def formula(statistic: str, numerator: str, denominator: str) -> str:
    """How a KPI's value is made of its measures."""
    if statistic == "percentile":
        return f"`{numerator}`, taken from the fact; n is `{denominator}`"
    times = "100 x " if statistic == "points" else ""
    return f"{times}`{numerator}` / `{denominator}`"


def target(row: Row, unit: str) -> str:
    """A row of the seed kpi_targets in words."""
    if row["target"]:
        text = f"{_number(row['target'], unit)}"
    else:
        text = f"{_number(row['low'], unit)} to {_number(row['high'], unit)}"
    until = f" to {row['valid_to']}" if row["valid_to"] else ""
    warn = f", warning to {_number(row['warn'], unit)}" if row["warn"] else ""
    return f"{_scope(row)}: {text}{warn} ({row['source']}, from {row['valid_from']}{until})"


def _benchmark(row: Row, unit: str) -> str:
    low, high = (_number(row[end], unit) for end in ("low", "high"))
    span = f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}"
    if row["formula"] != row["kpi_id"]:
        span = f"{row['low'] or '…'} to {row['high'] or '…'} of `{row['formula']}`, not compared"
    elif low == high:
        span = low
    source = f"{row['source']} {row['year']}".strip()
    return f"{_scope(row)}: {span} ({source}: {row['population']})"


def _number(text: str, unit: str) -> str:
    return shown(float(text), unit) if text else ""


def _scope(row: Row) -> str:
    named = [row[column] for column in ("channel", "responder", "topic_tier") if row[column]]
    return " and ".join(named) or "all"


def _index(project: Project) -> str:
    place = {kpi["kpi_id"]: f"{kpi['family']}.md#{kpi['kpi_id']}" for kpi in project.kpis}
    families = (
        (f"[{_title(family)}]({family}.md)", str(len(kpis)), ", ".join(f"`{kpi['kpi_id']}`" for kpi in kpis))
        for family, kpis in project.families.items()
    )
    alphabet = (
        (
            f"[{kpi['name_en']}]({place[kpi['kpi_id']]})",
            f"`{kpi['kpi_id']}`",
            *(kpi[f"name_{n}"] for n in ("nl", "de", "zh")),
        )
        for kpi in sorted(project.kpis, key=lambda kpi: kpi["name_en"].lower())
    )
    aliases = (
        (row["alias"], LANGUAGES[row["language"]], f"[{row['kpi_id']}]({place[row['kpi_id']]})")
        for row in sorted(project.rows("docs/kpi-aliases.csv"), key=lambda row: row["alias"].lower())
    )
    lines = [
        "# KPIs",
        "",
        NOTE,
        f"{len(project.kpis)} KPIs in {len(project.families)} families; each is one row of "
        "[kpi_registry.csv](../../seeds/kpi_registry.csv) and one place in SQL. D1 to D5 are the documents "
        "that asked for this project; [mission-coverage](../mission-coverage.md) lists what they ask for.",
        "",
        "## By family",
        "",
        *_table(("family", "KPIs", ""), families),
        "",
        "## By name",
        "",
        *_table(("name", "KPI", "Dutch", "German", "Chinese"), alphabet),
        "",
        "## Other words for them",
        "",
        *_table(("word", "language", "KPI"), aliases),
    ]
    return "\n".join(lines) + "\n"


def _coverage(project: Project) -> str:
    lines = [
        "# What was asked for, and where it is",
        "",
        NOTE,
        f"{len(project.features)} numbers, formulas, analyses, alerts, board elements and guards of five "
        "documents (D1 to D5, the digit before the dot). A place is `model.column` or `seed.column`, in "
        "brackets the rows meant; `vars` stand in dbt_project.yml. `test_mission_coverage.py` fails where a "
        "place or a test is not there.",
    ]
    for document in sorted({row["feature"][0] for row in project.features}):
        rows = (
            (row["feature"], row["number"], _codes(row["where"]), _codes(row["test"]))
            for row in project.features
            if row["feature"][0] == document
        )
        lines += ["", f"## D{document}", "", *_table(("feature", "number", "where", "test"), rows)]
    return "\n".join(lines) + "\n"


def _codes(cell: str) -> str:
    return "<br>".join(f"`{part}`" for part in cell.split("|"))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A Markdown table; bars inside a cell would end it."""
    head = list(head)
    body = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *(f"| {row} |" for row in body)]


def _title(family: str) -> str:
    return family.replace("_", " ").capitalize()


def _by_kpi(rows: list[Row]) -> dict[str, list[Row]]:
    grouped = defaultdict(list)
    for row in rows:
        grouped[row["kpi_id"]].append(row)
    return dict(grouped)


if __name__ == "__main__":
    write()
