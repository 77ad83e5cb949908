"""Where data comes from: a landing location, and the tools of vendors whose tables are read as they land."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from service_kpis.errors import CannotStart
from service_kpis.load.contract import vendors

LANDING = "landing"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Tool:
    """A vendor's tables at a location: a folder, FILE.duckdb#SCHEMA or a PostgreSQL URL with #SCHEMA.

    `system` is the source system of their rows. A location may hold a password, and is not shown.
    """

    vendor: str
    system: str
    location: str = field(repr=False)

    @property
    def is_url(self) -> bool:
        """Whether it is a server's, not a file's."""
        return "://" in self.location


def parse_sources(landing: str | None, options: Iterable[str]) -> tuple[str | None, tuple[Tool, ...]]:
    """The landing location, and the tools, of options NAME=LOCATION; a tool's NAME may be VENDOR:SYSTEM.

    Locations become absolute. Raises CannotStart for a name that is none, two landing locations or two tools
    of one name, and where nothing is given.
    """
    landings, tools = [landing] if landing else [], []
    for option in options:
        name, equals, location = (part.strip() for part in option.partition("="))
        vendor, colon, system = name.partition(":")
        if not (equals and location) or vendor not in (LANDING, *vendors()) or (colon and vendor == LANDING):
            raise CannotStart(
                f"--source {name}{equals and '=…'} is not NAME=LOCATION; a NAME is landing,"
                f" {', '.join(vendors())}, and with several of one vendor VENDOR:NAME"
            )
        if vendor == LANDING:
            landings.append(location)
            continue
        if colon and not _NAME.fullmatch(system):
            raise CannotStart(f"--source {name}=…: after the colon stand small letters, digits and _")
        tools.append(Tool(vendor, f"{vendor}_{system}" if colon else vendor, _absolute(location)))
    names = [tool.system for tool in tools]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise CannotStart(f"two sources are called {twice[0]}: name each, such as VENDOR:eu=LOCATION")
    if len(landings) > 1 or not (landings or tools):
        raise CannotStart(
            "one landing location is needed, --landing DIR, or a vendor's --source NAME=LOCATION;"
            f" {len(landings)} were given"
        )
    return (_absolute(landings[0]) if landings else None), tuple(tools)


def _absolute(location: str) -> str:
    """The location independent of the current folder; FILE#SCHEMA keeps its schema, a URL stays as it is."""
    return location if "://" in location else str(Path(location).absolute())
