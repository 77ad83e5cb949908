"""A MetricFlow project, made from the registry where it is used: `make semantic`.

Its models are the published tables themselves; a measure becomes a hidden sum, a KPI a sum over a sum.
What does not follow from the registry, its settings and profile, stands in semantic/ and is copied.
"""

import json
import shutil
import sys
from functools import cached_property
from pathlib import Path

from service_kpis.docs import CHECKOUT, Project, Row

NOTE = "# Made by `make semantic` from the registry and the families' YAML; not to be edited.\n"
DIMENSIONS = ("channel", "topic", "team", "responder", "bot")
# The column of kpi_values for each role of a measure.
COLUMNS = {"numerator": "numerator", "denominator": "denominator", "observations": "n"}

# The published table itself: read, never built.
SQL = "select * from {{ this }}\n"

DATES = """\
models:
  - name: dim_dates
    description: One row per day of the reporting zone. MetricFlow's time spine.
    config: {schema: core}
    time_spine: {standard_granularity_column: date_day}
    columns:
      - {name: date_day, granularity: day}
"""


class Semantics:
    """What the registry says, as semantic models and metrics."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def kpis(self) -> list[Row]:
        """The KPIs that are a sum over a sum in any period and slice."""
        return [kpi for kpi in self.project.kpis if kpi["is_additive_over_time"] == "true"]

    @cached_property
    def tables(self) -> dict[str, list[str]]:
        """The measures wanted of each table that holds one row per day and slice."""
        wanted = {kpi[role] for kpi in self.kpis if not self.is_whole_only(kpi) for role in self.roles(kpi)}
        found = {
            table: [column for column in columns if column in wanted]
            for table, columns in self.project.tables.items()
        }
        return {table: columns for table, columns in found.items() if columns}

    def is_whole_only(self, kpi: Row) -> bool:
        """Of KPIs in private tables the whole is taken: a team's figures may be those of a few."""
        table = self.project.models[f"kpi_{kpi['family']}"]
        return table["config"].get("schema") != "marts"

    def roles(self, kpi: Row) -> list[str]:
        """The roles that a KPI has a measure for; without observations, the denominator counts them."""
        return [role for role in COLUMNS if kpi[role]]

    def total(self, kpi: Row, role: str) -> str:
        """The name of the sum that plays that role in a KPI."""
        return f"{kpi['kpi_id']}_{role}" if self.is_whole_only(kpi) else f"total_{kpi[role]}"


def files(project: Project | None = None) -> dict[str, str]:
    """The text of every generated file by its path in the folder of models."""
    semantics = Semantics(project or Project())
    models = {table: _family(semantics, table) for table in semantics.tables}
    models |= {"kpi_values": _values(semantics), "dim_dates": DATES}
    texts = {f"{name}.sql": SQL for name in models}
    texts |= {f"{name}.yml": NOTE + text for name, text in models.items()}
    for family in {kpi["family"] for kpi in semantics.kpis}:
        metrics = [
            line for kpi in semantics.kpis if kpi["family"] == family for line in _metric(semantics, kpi)
        ]
        texts[f"metrics/{family}.yml"] = NOTE + _text("metrics:", *metrics)
    return dict(sorted(texts.items()))


def write(folder: Path) -> None:
    """Write the project into a folder; what an earlier one left of models is removed."""
    shutil.rmtree(folder / "models", ignore_errors=True)
    ours = shutil.ignore_patterns("target", "logs", ".user.yml")
    shutil.copytree(CHECKOUT / "semantic", folder, ignore=ours, dirs_exist_ok=True)
    for path, text in files().items():
        file = folder / "models" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _family(semantics: Semantics, table: str) -> str:
    """A table of measures by day, channel, topic, team, responder and bot."""
    slices = [f"      - {{name: {dimension}, entity: foreign}}" for dimension in DIMENSIONS]
    return _text(
        *_model(table, "kpi_date", "One row per day, channel, topic, team, responder and bot.", slices),
        *(_sum(f"total_{name}", name, semantics.project.measures[name]) for name in semantics.tables[table]),
    )


def _values(semantics: Semantics) -> str:
    """The whole by day of the KPIs about the work of agents: their teams may be too small to be shown."""
    totals = [
        _sum(
            semantics.total(kpi, role),
            COLUMNS[role],
            semantics.project.measures[kpi[role]],
            " and ".join(
                f"{{{{ Dimension('kpi_values_row__{column}') }}}} = '{value}'"
                for column, value in {"kpi_id": kpi["kpi_id"], "grain": "day", "slice": "all"}.items()
            ),
        )
        for kpi in semantics.kpis
        if semantics.is_whole_only(kpi)
        for role in semantics.roles(kpi)
    ]
    chosen = [
        f"      - {{name: {name}, dimension: {{type: categorical}}}}" for name in ("kpi_id", "grain", "slice")
    ]
    return _text(
        *_model("kpi_values", "period_start", "One row per KPI, grain, period and slice.", chosen), *totals
    )


def _model(name: str, date: str, description: str, columns: list[str]) -> list[str]:
    """The lines of a semantic model, up to its metrics."""
    return [
        "models:",
        f"  - name: {name}",
        f"    description: {description}",
        "    semantic_model: {enabled: true}",
        f"    primary_entity: {name}_row",
        f"    agg_time_dimension: {date}",
        "    columns:",
        f"      - {{name: {date}, granularity: day, dimension: {{type: time}}}}",
        *columns,
        "    metrics:",
    ]


def _sum(name: str, column: str, description: str, condition: str = "") -> str:
    filtered = f", filter: {_quoted(condition)}" if condition else ""
    return (
        f"      - {{name: {name}, type: simple, agg: sum, expr: {column}, hidden: true, "
        f"description: {_quoted(description)}{filtered}}}"
    )


def _metric(semantics: Semantics, kpi: Row) -> list[str]:
    """A KPI as marts.kpi_values reckons it: nothing where it counts too few."""
    inputs = {role: semantics.total(kpi, role) for role in semantics.roles(kpi)}
    numerator, denominator = inputs["numerator"], inputs["denominator"]
    n = inputs.get("observations", denominator)
    scale = "100.0 * " if kpi["statistic"] == "points" else ""
    is_shown = f"{n} >= {kpi['hidden_below_n']} and {denominator} > 0"
    value = f"case when {is_shown} then {scale}cast({numerator} as double) / {denominator} end"
    totals = ", ".join(f"{{name: {total}}}" for total in dict.fromkeys(inputs.values()))
    return [
        f"  - {{name: {kpi['kpi_id']}, type: derived, label: {_quoted(kpi['name_en'])},",
        f"     description: {_quoted(kpi['definition'])},",
        f"     input_metrics: [{totals}],",
        f"     expr: {_quoted(value)}}}",
    ]


def _text(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
