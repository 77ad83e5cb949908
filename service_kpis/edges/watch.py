"""What is watched, read from `expectations/edges.yml` of the project."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path("expectations") / "edges.yml"


@dataclass(frozen=True)
class Limits:
    """How far a run may move from the last good one; see the file."""

    rows_lost_share: float
    rows_gained_share: float
    filled_share_change: float
    mix_divergence: float
    level_change_share: float
    stale_days: int


@dataclass(frozen=True)
class Watch:
    """One relation: its instant, words whose mix, columns whose filled share, numbers whose level is watched.

    `is_named`: the file names it, so that it also may not lose its rows.
    """

    schema: str
    table: str
    is_named: bool
    instant: str | None = None
    words: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    @property
    def relation(self) -> str:
        """Its name in SQL."""
        return f"{self.schema}.{self.table}"


@dataclass(frozen=True)
class Watched:
    """All that is watched at the two edges, and the limits of how far it may move."""

    limits: Limits
    landing: list[Watch]
    published: list[Watch]


def read(project: Path, relations: list[tuple[str, str]]) -> Watched:
    """What a project watches; `relations` are schema and name of all that will be published.

    A published table that the file does not name is watched for its columns and its numbers only.
    """
    declared = yaml.safe_load((project / FILE).read_text(encoding="utf-8"))
    landing = [_watch("raw", table, entry) for table, entry in declared["landing"].items()]
    named = declared["published"]
    published = [_watch(schema, table, named.get(f"{schema}.{table}")) for schema, table in sorted(relations)]
    return Watched(Limits(**declared["limits"]), landing, published)


def _watch(schema: str, table: str, entry: dict[str, Any] | None) -> Watch:
    entry = entry or {}
    lists = {name: tuple(entry.get(name, ())) for name in ("words", "filled", "levels")}
    return Watch(schema, table, bool(entry), entry.get("instant"), **lists)
