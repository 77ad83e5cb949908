"""The dashboard as a zip that Superset imports, for one published warehouse.

python bi/superset/bundle.py warehouse/service_kpis.duckdb service_kpis.zip
"""

import sys
from pathlib import Path
from zipfile import ZipFile

import yaml

HERE = Path(__file__).resolve().parent


def read(folder: str) -> dict[str, dict]:
    """What the YAML files of a folder say, by file name."""
    return {file.stem: yaml.safe_load(file.read_text()) for file in sorted((HERE / folder).glob("*.yaml"))}


def write(warehouse: Path, bundle: Path) -> None:
    """Zip the bundle; its database is this warehouse, opened read-only."""
    with ZipFile(bundle, "w") as archive:
        for file in sorted(HERE.rglob("*.yaml")):
            # The path begins with a slash itself.
            text = file.read_text().replace("/WAREHOUSE", str(warehouse.resolve()))
            archive.writestr(f"service_kpis/{file.relative_to(HERE)}", text)


def dataset_of(chart: dict) -> dict:
    (dataset,) = (each for each in read("datasets").values() if each["uuid"] == chart["dataset_uuid"])
    return dataset


def listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def asked(chart: dict) -> tuple[str | None, list[str], list[str]]:
    """The time axis of a chart, where it has one, its other columns, and its metrics."""
    params = chart["params"]
    named = ("all_columns", "groupby", "groupbyRows", "groupbyColumns")
    columns = [column for name in named for column in listed(params.get(name))]
    metrics = listed(params.get("metric")) + listed(params.get("metrics"))
    axis = params.get("x_axis")
    if "time_grain_sqla" in params:
        return axis, columns, metrics
    return None, listed(axis) + columns, metrics


def where(chart: dict) -> str:
    return " and ".join(f"({each['sqlExpression']})" for each in chart["params"]["adhoc_filters"]) or "true"


def sql_of(chart: dict) -> str:
    """The chart's question to the warehouse, written without Superset."""
    dataset = dataset_of(chart)
    axis, columns, metrics = asked(chart)
    expressions = {each["metric_name"]: each["expression"] for each in dataset["metrics"]}
    months = [f"date_trunc('month', {axis}) as {axis}"] if axis else []
    chosen = months + columns + [f"{expressions[metric]} as {metric}" for metric in metrics]
    source = f"({dataset['sql']})" if dataset["sql"] else f"{dataset['schema']}.{dataset['table_name']}"
    keys = ", ".join(str(number + 1) for number in range(len(months + columns)))
    group = f"group by {keys}" if metrics and keys else ""
    return f"select {', '.join(chosen)} from {source} as dataset where {where(chart)} {group}"


def query_of(chart: dict) -> dict:
    """The chart's question to Superset, as its own pages ask it."""
    axis, columns, metrics = asked(chart)
    month = {
        "columnType": "BASE_AXIS",
        "sqlExpression": axis,
        "label": axis,
        "expressionType": "SQL",
        "timeGrain": "P1M",
    }
    query = {
        "columns": ([month] if axis else []) + columns,
        "extras": {"where": where(chart)},
        "row_limit": chart["params"].get("row_limit", 10_000),
    }
    return {**query, "metrics": metrics} if metrics else query


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
