"""What is watched, read from `expectations/edges.yml` of the project."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from service_kpis.declared import declared

FILE = Path("expectations") / "edges.yml"
LANDING = "raw"


@dataclass(frozen=True)
class Limits:
    """How far a run may move from the last good one; see the file."""

    rows_lost_share: float
    rows_gained_share: float
    filled_share_change: float
    mix_divergence: float
    level_change_share: float
    rhythm_moved_share: float
    stale_days: int


@dataclass(frozen=True)
class Watch:
    """One relation: its instant, and columns whose mix of words, filled share or level is watched."""

    schema: str
    table: str
    instant: str | None = None
    words: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    @property
    def relation(self) -> str:
        """Its name in SQL."""
        return f"{self.schema}.{self.table}"

    @property
    def is_landing(self) -> bool:
        """Whether it is as it was loaded, in its sources' words."""
        return self.schema == LANDING

    def within(self, columns: Collection[str]) -> "Watch":
        """The same of those columns only: one that is missing is told of as such, and has no figures."""
        lists = {
            name: tuple(column for column in getattr(self, name) if column in columns)
            for name in ("words", "filled", "levels")
        }
        return replace(self, instant=self.instant if self.instant in columns else None, **lists)


@dataclass(frozen=True)
class Watched:
    """All that is watched at the two edges, the limits of how far it may move, and the views whose numbers
    dbt tests hold, with these."""

    limits: Limits
    relations: list[Watch]
    audited: dict[str, str]


def read(project: Path) -> Watched:
    """What a project watches."""
    watched = declared(project / FILE)
    relations = [_watch(LANDING, table, entry) for table, entry in watched["landing"].items()]
    relations += [_watch(*name.split("."), entry) for name, entry in watched["published"].items()]
    return Watched(Limits(**watched["limits"]), relations, watched.get("audited", {}))


def _watch(schema: str, table: str, entry: dict[str, Any]) -> Watch:
    lists = {name: tuple(entry.get(name, ())) for name in ("words", "filled", "levels")}
    return Watch(schema, table, entry.get("instant"), **lists)
