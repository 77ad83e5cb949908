"""Why a condition holds for a conversation or not: its parts, down to the values that decided.

The conditions are those of the compiled SQL. A flag is looked into where all models that say what it is say
one thing, and only if that comes out as the flag stands in the row: a wrong reason is worse than none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlglot import exp

from service_kpis.explain.card import Row
from service_kpis.explain.counted import Evaluator, added_up
from service_kpis.explain.definitions import Node

DEEPEST = 5
ALL = "all of these"
SPOKEN = {
    r" \* INTERVAL '1' (HOUR|DAY)": lambda unit: f" {unit[1].lower()}s",
    r"NOT (\w+) IS NULL": r"\1 is not empty",
    r" IS NULL": " is empty",
    r"COALESCE\((.*), FALSE\)": r"\1",
}


@dataclass(frozen=True)
class Reason:
    """A condition and whether it holds (None: unknown); why, in the conditions that decided it.

    A negated one holds where the text does not.
    """

    text: str
    holds: bool | None
    because: tuple["Reason", ...] = ()
    is_negated: bool = False

    def negated(self) -> "Reason":
        holds = None if self.holds is None else not self.holds
        return replace(self, holds=holds, is_negated=not self.is_negated)


@dataclass(frozen=True)
class Part:
    """One `case when condition then added` of a measure; without a condition each row is added."""

    condition: exp.Expression | None
    added: exp.Expression


class Reasons:
    """Reasons about one conversation in one KPI family."""

    def __init__(self, evaluator: Evaluator, family: Node, row: Row, inputs: list[list[Row]]):
        self.evaluator, self.family = evaluator, family
        # What the row does not hold, an input may; of several rows there, nobody knows which is meant.
        self.row = {"as_of": evaluator.as_of}
        for found in inputs:
            self.row |= found[0] if len(found) == 1 else {}
        self.row |= row
        self.values: dict[exp.Expression, Any] = {}
        self.flags: dict[tuple[str, int], Reason] = {}
        self.sources = evaluator.definitions.ancestors(family)

    def parts(self, measure: str) -> list[Part]:
        """What the measure adds up, and under which conditions."""
        expression = self._expression(measure).transform(self._made_by_case)
        parts = [
            Part(branch.this, branch.args["true"])
            for case in _outermost_cases(expression)
            for branch in case.args["ifs"]
        ]
        columns = [column for column in expression.find_all(exp.Column) if not column.find_ancestor(exp.Case)]
        return list(dict.fromkeys([*parts, *(Part(None, column) for column in columns)]))

    def of(self, condition: exp.Expression, depth: int = 0) -> Reason:
        """Why the condition holds or not."""
        condition = condition.unnest()
        if isinstance(condition, (exp.And, exp.Or)):
            return self._of_several(condition, depth)
        if isinstance(condition, exp.Not) and not isinstance(condition.this.unnest(), exp.Is):
            return self.of(condition.this, depth).negated()
        if isinstance(condition, exp.Case):
            return self._of_case(condition, depth)
        if isinstance(condition, exp.Coalesce) and self.value(condition.this) is not None:
            return self.of(condition.this, depth)
        if isinstance(condition, exp.Column):
            key = (condition.name, depth)
            if key not in self.flags:
                self.flags[key] = self._of_flag(condition, depth)
            return self.flags[key]
        return Reason(self.told(condition), self.value(condition))

    def value(self, expression: exp.Expression) -> Any:
        """The value over the row, None where it lacks a column."""
        if expression not in self.values:
            seen = self._sees(expression)
            self.values[expression] = self.evaluator.value(expression, self.row) if seen else None
        return self.values[expression]

    def _sees(self, expression: exp.Expression) -> bool:
        return {column.name for column in expression.find_all(exp.Column)} <= self.row.keys()

    def _expression(self, measure: str) -> exp.Expression:
        """The measure in columns of the rows that are added up, whatever the select after it made of sums."""
        tree, grouped = self.family.tree, added_up(self.family.tree)
        last = tree if isinstance(tree, exp.Select) else grouped
        sums = (
            {} if last is grouped else {select.alias_or_name: select.unalias() for select in grouped.selects}
        )
        (expression,) = [select.unalias() for select in last.selects if select.alias_or_name == measure]
        return expression.copy().transform(
            lambda part: (
                sums[part.name].copy() if isinstance(part, exp.Column) and part.name in sums else part
            )
        )

    def _made_by_case(self, part: exp.Expression) -> exp.Expression:
        """The case that made a column before a percentile was taken of it; anything else as it is."""
        if isinstance(part, exp.Column) and not part.find_ancestor(exp.Case):
            meaning = self._definition(part.name)
            if isinstance(meaning, exp.Case) and self._sees(meaning):
                return meaning.copy()
        return part

    def _of_several(self, condition: exp.And | exp.Or, depth: int) -> Reason:
        reasons = [self.of(part, depth) for part in condition.flatten()]
        decides = isinstance(condition, exp.Or)
        values = {reason.holds for reason in reasons}
        holds = decides if decides in values else None if None in values else not decides
        deciding = reasons if holds is None else [reason for reason in reasons if reason.holds == holds]
        if len(deciding) == 1:
            return deciding[0]
        return Reason("one of these" if decides else ALL, holds, tuple(deciding))

    def _of_case(self, case: exp.Case, depth: int) -> Reason:
        """The branch that was taken, and how it came to that."""
        operand = case.this
        for branch in case.args["ifs"]:
            asked = exp.EQ(this=operand.copy(), expression=branch.this.copy()) if operand else branch.this
            if not self._sees(asked):
                return Reason(self.told(case), self.value(case))
            if self.value(asked) is True:
                return self._taken([self.of(asked, depth)], branch.args["true"], depth)
        passed = [self.of(branch.this, depth) for branch in case.args["ifs"]] if not operand else []
        return self._taken(passed, case.args.get("default"), depth)

    def _taken(self, way: list[Reason], result: exp.Expression | None, depth: int) -> Reason:
        if result is None or isinstance(result, exp.Null):
            return Reason("it is asked at all", None, tuple(way))
        if isinstance(result, exp.Boolean):
            return Reason("otherwise", result.this, tuple(way))
        reason = self.of(result, depth)
        return Reason(ALL, reason.holds, (*way, reason))

    def _of_flag(self, column: exp.Column, depth: int) -> Reason:
        holds, text = self.value(column), self._described(column.name)
        defined = self._definition(column.name) if depth < DEEPEST else None
        if defined is None:
            return Reason(text, holds)
        reason = self.of(defined, depth + 1)
        if reason.holds is None:
            return Reason(text, holds, _deduced(reason, holds))
        if reason.holds != holds:
            return Reason(text, holds)
        return Reason(text, holds, (reason,))

    def _definition(self, name: str) -> exp.Expression | None:
        """What the column is, if all models that say so say one thing."""
        found = {meant for source in self.sources for meant in source.meanings(name)}
        return found.pop() if len(found) == 1 else None

    def _described(self, name: str) -> str:
        for source in self.sources:
            if source.descriptions.get(name):
                return f"{source.descriptions[name].rstrip('.')} [{name}]"
        return f"{name.replace('_', ' ').capitalize()} [{name}]"

    def told(self, condition: exp.Expression) -> str:
        """The expression, and what its columns hold."""
        if isinstance(condition, exp.Column):
            return f"{condition.name} is {self._held(condition.name)}"
        names = dict.fromkeys(column.name for column in condition.find_all(exp.Column))
        values = ", ".join(f"{name} is {self._held(name)}" for name in names)
        return f"{_plain(condition)} ({values})" if values else _plain(condition)

    def _held(self, name: str) -> str:
        return said(self.row[name]) if name in self.row else "not in the published file"


def said(value: Any) -> str:
    """A value for people."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (float, Decimal)):
        return f"{value:,.6f}".rstrip("0").rstrip(".")
    return str(value)


def _outermost_cases(expression: exp.Expression) -> Iterator[exp.Case]:
    if isinstance(expression, exp.Case):
        yield expression
        return
    for part in expression.iter_expressions():
        yield from _outermost_cases(part)


def _deduced(reason: Reason, holds: bool | None) -> tuple[Reason, ...]:
    """The parts of a condition that came out as `holds`, although some are not in the published file.

    Where no part that is seen decided it, the only one that is not seen did.
    """
    parts = reason.because or (reason,)
    seen = tuple(part for part in parts if part.holds is not None)
    unseen = tuple(replace(part, holds=holds) for part in parts if part.holds is None)
    if holds is None or any(part.holds is False for part in seen) or len(unseen) > 1:
        return seen
    return seen if holds else (*seen, *unseen)


def _plain(expression: exp.Expression) -> str:
    """SQL as one would say it."""
    bare = exp.Paren(this=expression.copy())
    for part in list(bare.find_all(exp.Cast, exp.Paren)):
        if part.parent:
            part.replace(part.this)
    text = bare.this.sql("duckdb", comments=False)
    for written, spoken in SPOKEN.items():
        text = re.sub(written, spoken, text)
    return text
