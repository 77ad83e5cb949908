"""The pages under docs/ that follow from the registry, the seeds and the tests: `make docs`.

Nobody edits them; a test compares them with what this module makes of the checkout.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from service_kpis.declared import declared
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

    def seed_file(self, name: str) -> str:
        """Where a seed stands in the checkout."""
        (path,) = (self.root / "seeds").rglob(f"{name}.csv")
        return self.file(path)

    def seed(self, name: str) -> list[Row]:
        return self.rows(self.seed_file(name))

    @cached_property
    def kpis(self) -> list[Row]:
        return self.seed("kpi_registry")

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
        seeds = {name: self.seed(f"kpi_{name}") for name in ("targets", "benchmarks", "companions")}
        tables = seeds | {"aliases": self.rows("docs/kpi-aliases.csv")}
        return {name: _by_kpi(rows) for name, rows in tables.items()}

    @cached_property
    def models(self) -> dict[str, dict[str, Any]]:
        """What the YAML says of each model of the room kpis."""
        described = {}
        for path in sorted((self.root / "models/kpis").rglob("_models.yml")):
            for model in declared(path)["models"]:
                described[model["name"]] = model
        return dict(sorted(described.items()))

    @cached_property
    def tables(self) -> dict[str, dict[str, str]]:
        """The columns of each table of a KPI family, with their descriptions."""
        return {
            name: {column["name"]: column["description"] for column in model["columns"]}
            for name, model in self.models.items()
            if name.startswith("kpi_")
        }

    def rules(self, kpis: list[Row]) -> list[str]:
        """The models, columns of models, and seeds that decide what counts in the tables of these KPIs."""
        tables = [self.models[Path(file).stem] for file in files_of(kpis)]
        return [place for table in tables for place in table["config"]["meta"]["rule"]]

    def place(self, name: str) -> str:
        """The file of a model, a column of a model, or a seed."""
        model = name.split(".")[0]
        folders = {"models": f"{model}.sql", "seeds": f"{model}.csv"}
        (path,) = (path for folder, file in folders.items() for path in (self.root / folder).rglob(file))
        return self.file(path)

    @cached_property
    def measures(self) -> dict[str, str]:
        """The description of each measure of a KPI family."""
        return {name: text for columns in self.tables.values() for name, text in columns.items()}

    @cached_property
    def tests(self) -> list[tuple[str, str, set[str]]]:
        """(name, file, words in it) of SQL tests, and of unit tests, whose one word is their model."""
        found = []
        for path in sorted((self.root / "models").rglob("_unit_tests*.yml")):
            for test in declared(path)["unit_tests"]:
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
    return {"docs/kpis.md": _kpis(project), "docs/mission-coverage.md": _coverage(project)}


def write(root: Path = CHECKOUT) -> None:
    """Write the pages."""
    for path, text in pages(Project(root)).items():
        (root / path).write_text(text, encoding="utf-8")


def files_of(kpis: list[Row]) -> list[str]:
    """The SQL files in which these KPIs stand."""
    return sorted({kpi["sql_location"] for kpi in kpis})


def tests_of(project: Project, kpis: list[Row]) -> list[tuple[str, str]]:
    """(name, file) of the tests of the files in which these KPIs stand."""
    names = {Path(file).stem for file in files_of(kpis)}
    return [(name, file) for name, file, words in project.tests if names & words]


def facts(project: Project, kpi: Row) -> dict[str, list[str]]:
    """All that is known of a KPI, as lines by heading; nothing is left out but what is empty."""
    kpi_id = kpi["kpi_id"]
    said = {name: rows.get(kpi_id, []) for name, rows in project.about.items()}
    features = [row for row in project.features if f"kpi_id={kpi_id}," in row["where"].replace("]", ",")]
    tests = {test: None for row in features for test in row["test"].split("|")}
    tests |= {name: None for name, _, words in project.tests if kpi_id in words}
    named = "" if kpi["statistic"] == "percentile" else project.measures[kpi["numerator"]]
    known = {
        "Names": [f"{language}: {kpi[f'name_{language}']}" for language in LANGUAGES],
        "Also called": [", ".join(f"{row['alias']} ({row['language']})" for row in said["aliases"])],
        "Definition": [kpi["definition"]],
        "Value": [formula(kpi["statistic"], kpi["numerator"], kpi["denominator"])],
        "Numerator": [named],
        "Denominator": [project.measures[kpi["denominator"]]],
        "Unit": [f"{kpi['unit']}, {BETTER[kpi['direction']]}"],
        "Placed by": [kpi["anchor"] + (f", window {kpi['repeat_window']}" if kpi["repeat_window"] else "")],
        "Interval": [INTERVALS[kpi["interval_method"]]],
        "Small": [f"grey below {kpi['small_below_n']}, hidden below {kpi['hidden_below_n']}"],
        "Pending": [project.measures[kpi["pending"]] if kpi["pending"] else ""],
        "Left out": [kpi["exclusions"]],
        "Needs": [" or ".join(kpi["source_tables"].split("|"))],
        "Targets": [target(row, kpi["unit"]) for row in said["targets"]],
        "Benchmarks": [_benchmark(row, kpi["unit"]) for row in said["benchmarks"]],
        "Never without": [", ".join(f"`{row['companion_kpi_id']}`" for row in said["companions"])],
        "SQL": [f"`{kpi['sql_location']}`"],
        "Decided in": [", ".join(f"`{place}`" for place in project.rules([kpi]))],
        "Tests": [f"`{test}`" for test in tests],
        "Asked for as": [", ".join(row["feature"].split()[0] for row in features)],
    }
    return {name: lines for name, lines in known.items() if any(lines)}


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


def _kpis(project: Project) -> str:
    registry = project.seed_file("kpi_registry")
    lines = [
        "# KPIs",
        "",
        NOTE,
        f"{len(project.kpis)} KPIs in {len(project.families)} families; each is one row of "
        f"[{Path(registry).name}](../{registry}) and is counted in one SQL file, named above its "
        "table, with where it is decided what counts. "
        "Targets, benchmarks, intervals, what is left out, names in Dutch, German and Chinese, and the tests "
        "of each: `make site`, then `site/kpis.html`, or `service-kpis explain KPI`; in SQL "
        "`marts.kpi_definitions`.",
        "",
        " · ".join(f"[{title(name)}](#{name.replace('_', '-')})" for name in project.families),
    ]
    for family, kpis in project.families.items():
        files = ", ".join(f"[{Path(file).name}](../{file})" for file in files_of(kpis))
        rows = (
            (
                f'<a id="{kpi["kpi_id"]}"></a>`{kpi["kpi_id"]}`',
                f"**{kpi['name_en']}**: {kpi['definition']}",
                formula(kpi["statistic"], kpi["numerator"], kpi["denominator"]),
                f"{kpi['unit']}, {kpi['direction']}",
            )
            for kpi in kpis
        )
        head = ("KPI", "what it is", "value", "unit, better")
        rules = ", ".join(f"[{place}](../{project.place(place)})" for place in project.rules(kpis))
        decided = f"What counts is decided in: {rules}"
        lines += ["", f"## {title(family)}", "", files, "", decided, "", *_table(head, rows)]
    aliases = sorted(project.rows("docs/kpi-aliases.csv"), key=lambda row: row["alias"].lower())
    words = (
        (row["alias"], LANGUAGES[row["language"]], f"[{row['kpi_id']}](#{row['kpi_id']})") for row in aliases
    )
    lines += ["", "## Other words for them", "", *_table(("word", "language", "KPI"), words)]
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


def title(family: str) -> str:
    return family.replace("_", " ").capitalize()


def _by_kpi(rows: list[Row]) -> dict[str, list[Row]]:
    grouped = defaultdict(list)
    for row in rows:
        grouped[row["kpi_id"]].append(row)
    return dict(grouped)


if __name__ == "__main__":
    write()
