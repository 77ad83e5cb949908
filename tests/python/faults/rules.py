"""Rules that can be taken out of the compiled models, to see which rejects go with them."""

import re
from collections.abc import Iterable
from dataclasses import replace

from rebuilt import Model

OTHERS = {
    "superseded": (r"where recency_rank > 1", "where false"),
    "out_of_range": (
        r"\bwhen\s+(\w+) < (?:(?!\bthen\s+').)*?\bthen\s+'(\1\|out_of_range\|)",
        r"when false then '\2",
    ),
}
"""Copies of a key are ranked, and a range may hold a `when` of its own; each other rule is a
`when … then 'column|rule|…'` of the entities."""

RULES = (
    "missing",
    "superseded",
    "orphan",
    "after_cutoff",
    "before_start",
    "end_before_start",
    "score_off_scale",
    "out_of_range",
    "unknown_word",
)


def without(rule: str, models: Iterable[Model]) -> list[Model]:
    """The models without the rule."""
    condition = rf"\bwhen\s(?:(?!\bwhen\b).)*?\bthen\s+'(\w+\|{rule}\|)"
    pattern, off = OTHERS.get(rule, (condition, r"when false then '\1"))
    return [replace(model, sql=re.sub(pattern, off, model.sql, flags=re.S)) for model in models]
