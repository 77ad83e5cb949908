"""What one conversation adds to a KPI: its family's own SQL, read over the rows of that conversation alone.

Nothing is defined here. The published file holds the facts; what stands between them and a KPI family is laid
over it as views, from the SQL that dbt compiles, and the family's SQL is run with its inputs cut to the
conversation.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from service_kpis.engine import SETTINGS, memory_limit
from service_kpis.errors import CannotStart
from service_kpis.explain.card import Row, last_run, rows
from service_kpis.explain.definitions import Definitions, Node
from service_kpis.publish import SCHEMAS

# Where dbt builds: its compiled SQL names relations of this database.
BUILD = "build"
AS_OF = "stg_landing__as_of"
ROLES = ("denominator", "numerator", "pending", "excluded")


@dataclass(frozen=True)
class Statements:
    """SQL about the rows of one `$key`: a family's measures, the rows it adds up, the rows of its inputs."""

    measures: str
    added: str
    inputs: tuple[str, ...]


class Evaluator:
    """Evaluates KPI families for conversations of one published file."""

    def __init__(self, warehouse: Path, definitions: Definitions, project: Path):
        self.definitions, self.project = definitions, project
        self.connection = duckdb.connect(config=SETTINGS | {"memory_limit": memory_limit()})
        self.connection.execute(f"attach '{_quoted(warehouse)}' as published (read_only)")
        self.connection.execute(f"attach ':memory:' as {BUILD}")
        self.connection.execute("use published")
        self.as_of = last_run(self.connection)["as_of"]
        self.connection.execute(f"use {BUILD}")
        self.made: set[str] = set()
        self.statements: dict[str, Statements] = {}
        self.planned: dict[str, str] = {}
        self.answers: dict[tuple[str, Any], list[Row]] = {}

    def close(self) -> None:
        self.connection.close()

    def conversation(self, reference: str) -> Row:
        """The conversation with that id, or the only one with that id in its source; raises CannotStart."""
        self._make("fct_conversations")
        for column in ("conversation_id", "source_conversation_id"):
            found = rows(self.connection, f"from core.fct_conversations where {column} = ?", [reference])
            if len(found) > 1:
                ids = ", ".join(row["conversation_id"] for row in found[:5])
                raise CannotStart(f"{len(found)} conversations have the id {reference!r}: {ids}")
            if found:
                return found[0]
        raise CannotStart(f"there is no conversation {reference!r} in core.fct_conversations")

    def next_contact(self, conversation: Row, column: str) -> Row | None:
        """The contact of the same customer that starts at the instant in that column."""
        found = rows(
            self.connection,
            "from core.fct_conversations"
            " where customer_id = ? and started_at = ? and conversation_id <> ? and is_countable"
            " order by topic is distinct from ?, conversation_id limit 1",
            [conversation[name] for name in ("customer_id", column, "conversation_id", "topic")],
        )
        return found[0] if found else None

    def measures(self, family: Node, conversation: Row) -> Row:
        """What the conversation adds to the measures of a family, None where it has no row there."""
        return _summed(self._answer(self._statements(family).measures, conversation[family.key]), family)

    def contexts(self, family: Node, conversation: Row) -> list[list[Row]]:
        """The conversation's rows before they are added up: as the family has them, then each input."""
        statements, key = self._statements(family), conversation[family.key]
        return [self._answer(sql, key) for sql in (statements.added, *statements.inputs)]

    def value(self, expression: exp.Expression, context: Row) -> Any:
        """The expression's value over a row that holds its columns."""
        names = {column.name for column in expression.find_all(exp.Column)}
        columns = ", ".join(["1 as one", *(f'${name} as "{name}"' for name in names)])
        query = f"select {expression.sql('duckdb')} from (select {columns})"
        return self.connection.execute(query, {name: context[name] for name in names}).fetchone()[0]

    def _answer(self, sql: str, key: Any) -> list[Row]:
        """The rows of a statement, which the KPIs of a family ask again and again.

        It is planned once: a plan over all the views takes longer than its rows.
        """
        if sql not in self.planned:
            self.planned[sql] = f"planned_{len(self.planned)}"
            self.connection.execute(f"prepare {self.planned[sql]} as {sql}")
        if (sql, key) not in self.answers:
            literal = exp.convert(key).sql("duckdb")
            self.answers[sql, key] = rows(self.connection, f"execute {self.planned[sql]}(key := {literal})")
        return self.answers[sql, key]

    def _statements(self, family: Node) -> Statements:
        if family.name not in self.statements:
            for parent in family.parents:
                self._make(parent)
            tree, inputs = self._cut(family)
            grouped = added_up(tree)
            added = grouped.copy()
            added.set("expressions", [exp.Star()])
            added.set("group", None)
            if ctes := tree.args.get("with_"):
                added.set("with_", ctes.copy())
            self.statements[family.name] = Statements(
                tree.sql("duckdb"), added.sql("duckdb"), tuple(query.sql("duckdb") for query in inputs)
            )
        return self.statements[family.name]

    def _cut(self, family: Node) -> tuple[exp.Query, list[exp.Query]]:
        """The family's SQL with its inputs cut to the rows of a key, and these inputs."""
        tree, inputs = family.tree.copy(), []
        for table in list(tree.find_all(exp.Table)):
            if not table.db or family.key not in self._columns(table):
                continue
            relation = table.copy()
            relation.set("alias", None)
            query = exp.select("*").from_(relation).where(f"{family.key} = $key", dialect="duckdb")
            table.replace(query.subquery(table.alias_or_name))
            inputs.append(query)
        return tree, inputs

    def _columns(self, table: exp.Table) -> list[str]:
        relation = exp.table_(
            table.this.copy(), db=table.args["db"].copy(), catalog=table.args["catalog"].copy()
        )
        description = self.connection.execute(f"from {relation.sql('duckdb')} limit 0").description
        return [column[0] for column in description]

    def _make(self, name: str) -> None:
        """Lay a relation over the published file, and what it reads before."""
        if name in self.made or name not in self.definitions.nodes:
            return
        self.made.add(name)
        node = self.definitions.nodes[name]
        relation = f"{node.schema}.{name}"
        self.connection.execute(f"create schema if not exists {node.schema}")
        if node.schema in SCHEMAS:
            self.connection.execute(f"create view {relation} as from published.{relation}")
        elif name == AS_OF:
            self.connection.execute(f"create view {relation} as select timestamp '{self.as_of}' as as_of")
        elif node.kind == "seed":
            read = (
                f"read_csv('{_quoted(self.project / node.file)}', header = true, types = {node.column_types})"
            )
            self.connection.execute(f"create table {relation} as from {read}")
        else:
            for parent in node.parents:
                self._make(parent)
            # What no conversation changes, as calendars are, is worked out once.
            kind = "table" if self._is_of_nobody(name) else "view"
            self.connection.execute(f"create {kind} {relation} as {node.sql}")

    def _is_of_nobody(self, name: str) -> bool:
        """Whether no fact is in it: it is a seed or a dimension, or reads nothing else."""
        node = self.definitions.nodes.get(name)
        if node is None:
            return False
        if node.kind == "seed" or name.startswith("dim_"):
            return True
        return node.schema not in SCHEMAS and all(map(self._is_of_nobody, node.parents))


def added_up(tree: exp.Query) -> exp.Select:
    """The select of a family that adds rows up to measures: its last, or the one that its last reads."""
    query: exp.Expression = tree
    ctes = {cte.alias: cte.this for cte in tree.ctes}
    while not query.args.get("group"):
        query = query.this if isinstance(query, exp.Union) else ctes[query.args["from_"].this.name]
    return query


def _summed(found: list[Row], family: Node) -> Row:
    """The measures of all rows; a family that is made at each grain and slice says the same in many rows."""
    if found and "grain" in found[0]:
        found = [row for row in found if row["grain"] == "day" and row["slice"] == "all"]
    measures = {}
    for measure in family.measures:
        values = [row[measure] for row in found if row[measure] is not None]
        measures[measure] = sum(values[1:], values[0]) if values else None
    return measures


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
