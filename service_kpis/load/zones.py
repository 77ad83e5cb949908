"""Time zones of the source systems, and how a wall time becomes an instant."""

from dataclasses import dataclass, field

import duckdb

from service_kpis.errors import CannotStart
from service_kpis.load.sql import quoted, utc


@dataclass(frozen=True)
class Zones:
    """The IANA time zone in which each source system writes times that have no offset."""

    default: str = "UTC"
    by_system: dict[str, str] = field(default_factory=dict)

    def check(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Raise CannotStart for a zone that the engine does not know."""
        known = {name for (name,) in connection.execute("SELECT name FROM pg_timezone_names()").fetchall()}
        for system, zone in {"": self.default, **self.by_system}.items():
            if zone not in known:
                of_system = f" of source system {system!r}" if system else ""
                raise CannotStart(
                    f"unknown time zone {zone!r}{of_system}: expected an IANA name such as Europe/Amsterdam"
                )

    def to_utc(self, wall: str, system: str) -> str:
        """SQL that turns the wall time `wall` (a TIMESTAMP expression) into naive UTC.

        `system` is an expression for the row's source system; NULL reads as `default`. A wall time that
        the clocks skip in spring is read as if they had not yet gone forward (02:30 in Amsterdam is
        01:30 UTC); one that they show twice in autumn is the second, in standard time.
        """
        cases = [
            f"WHEN {quoted(name)} THEN {_from_zone(wall, zone)}"
            for name, zone in self.by_system.items()
            if zone != self.default
        ]
        default = _from_zone(wall, self.default)
        return (
            f"CASE coalesce({system}, 'default') {' '.join(cases)} ELSE {default} END" if cases else default
        )


def parse_zones(options: list[str]) -> Zones:
    """Zones from options `[SYSTEM=]ZONE`; one without a system is the default.

    Raises CannotStart for an empty system or zone, and for two zones of the same system.
    """
    by_system: dict[str, str] = {}
    for option in options:
        system, equals, zone = (part.strip() for part in option.rpartition("="))
        if not zone or (equals and not system):
            raise CannotStart(f"time zone {option!r}: expected ZONE or SYSTEM=ZONE")
        if by_system.setdefault(system, zone) != zone:
            raise CannotStart(f"two time zones for {system or 'the default'}: {by_system[system]} and {zone}")
    return Zones(by_system.pop("", "UTC"), by_system)


def _from_zone(wall: str, zone: str) -> str:
    return wall if zone in ("UTC", "Etc/UTC") else utc(f"timezone({quoted(zone)}, {wall})")
