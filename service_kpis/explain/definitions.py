"""The SQL of the KPI families and of what they read, as dbt compiles it, with the descriptions beside it.

Compiling takes seconds, so the answer is kept in the work folder until a model, macro or variable changes.
"""

import json
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

from service_kpis.errors import CannotStart
from service_kpis.project import version as project_version

KEPT = "definitions.json"
ALL_FAMILIES = "int_kpi_sums"
DIMENSIONS = ("kpi_date", "grain", "period_start", "slice", "channel", "topic", "team", "responder", "bot")


@dataclass(frozen=True)
class Node:
    """A model or seed. A KPI family says what it `counts`, and by which `key` that is a conversation's."""

    name: str
    kind: str
    schema: str
    file: str
    parents: tuple[str, ...]
    about: str
    descriptions: dict[str, str] = field(default_factory=dict)
    column_types: dict[str, str] = field(default_factory=dict)
    counts: str | None = None
    key: str | None = None
    sql: str = ""

    @property
    def measures(self) -> list[str]:
        """The columns of a KPI family that are not dimensions."""
        return [column for column in self.descriptions if column not in DIMENSIONS]

    @cached_property
    def tree(self) -> exp.Query:
        """Its SQL, parsed; to be copied before it is changed."""
        return sqlglot.parse_one(self.sql, read="duckdb")

    def meanings(self, name: str) -> list[exp.Expression]:
        """What its SQL calls so, without names of tables."""
        return self._meanings.get(name, []) if re.search(rf"\bas {name}\b", self.sql) else []

    @cached_property
    def _meanings(self) -> dict[str, list[exp.Expression]]:
        meanings: dict[str, list[exp.Expression]] = {}
        for alias in self.tree.find_all(exp.Alias):
            if not _means_something_else(alias):
                meaning = alias.this.copy()
                for column in list(meaning.find_all(exp.Column)):
                    column.set("table", None)
                meanings.setdefault(alias.alias, []).append(meaning)
        return meanings


class Definitions:
    """All nodes by name."""

    def __init__(self, nodes: dict[str, Node]):
        self.nodes = nodes

    @cached_property
    def family_of(self) -> dict[str, Node]:
        """The KPI family that measures each measure."""
        families = [node for node in self.nodes.values() if node.counts]
        return {measure: family for family in families for measure in family.measures}

    def ancestors(self, node: Node) -> list[Node]:
        """The node, its parents, their parents and so on: the nearest first, each once."""
        found, level = {}, [node.name]
        while level:
            found |= {name: None for name in level if name not in found}
            parents = [parent for name in level for parent in self.nodes[name].parents]
            level = [parent for parent in parents if parent in self.nodes and parent not in found]
        return [self.nodes[name] for name in found]


def _means_something_else(alias: exp.Alias) -> bool:
    """Whether the alias, read without names of tables, would speak of itself or of another table's column."""
    columns = list(alias.find_all(exp.Column))
    select = alias.find_ancestor(exp.Select)
    source = select.args.get("from_")
    main = source.this.alias_or_name if source else ""
    joined = {(column.name, column.table) for column in columns if column.table not in ("", main)}
    of_others = {
        (name, table)
        for name, table in joined
        for column in select.find_all(exp.Column)
        if column.name == name and column.table not in ("", table)
    }
    return bool(of_others) or alias.alias in {column.name for column in columns}


def read(project: Path, work: Path) -> Definitions:
    """The definitions of a checkout; raises CannotStart where dbt cannot compile them."""
    version = project_version(project)
    kept = work / "explain" / KEPT
    if not kept.exists() or json.loads(kept.read_text(encoding="utf-8"))["version"] != version:
        _keep(kept, {"version": version, "nodes": _compile(project)})
    nodes = json.loads(kept.read_text(encoding="utf-8"))["nodes"]
    return Definitions({node["name"]: Node(**node) for node in nodes})


def _compile(project: Path) -> list[dict[str, Any]]:
    # Here, not above: dbt takes seconds to import, and most questions find a kept answer.
    from service_kpis.dbt import DbtFailed
    from service_kpis.dbt import Project as DbtProject

    with tempfile.TemporaryDirectory() as folder:
        dbt = DbtProject(project, Path(folder), {}, lambda what, done, total: None)
        try:
            compiled = dbt.compile(ALL_FAMILIES)
        except DbtFailed as error:
            raise CannotStart(str(error)) from error
        finally:
            dbt.close()
        nodes = [node for name, node in dbt.manifest.nodes.items() if name in compiled]
    return [
        {
            "name": node.name,
            "kind": node.resource_type,
            "schema": node.schema,
            "file": node.original_file_path,
            "parents": _read_by(compiled[node.unique_id] or "", getattr(node.depends_on, "nodes", [])),
            "about": " ".join(node.description.split()),
            "descriptions": {name: column.description for name, column in node.columns.items()},
            "column_types": getattr(node.config, "column_types", None) or {},
            "counts": node.config.meta.get("counts"),
            "key": node.config.meta.get("key"),
            "sql": compiled[node.unique_id] or "",
        }
        for node in nodes
    ]


def _read_by(sql: str, parents: Sequence[str]) -> list[str]:
    """The names of those parents that the SQL reads: some are named for daily runs alone."""
    names = [parent.rsplit(".", 1)[-1] for parent in parents]
    return [name for name in names if f'"{name}"' in sql]


def _keep(file: Path, answer: dict[str, Any]) -> None:
    """Written aside and renamed: somebody else may be reading it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(answer), encoding="utf-8")
    unfinished.replace(file)
