"""What source systems leave unsaid: the zone of their times, the country of their telephone numbers."""

from dataclasses import dataclass, field

import duckdb
import phonenumbers

from service_kpis.errors import CannotStart
from service_kpis.load.sql import quoted, utc


@dataclass(frozen=True)
class Zones:
    """The IANA time zone in which each source system writes times that have no offset.

    And the country (ISO 3166) of its national telephone numbers; all other systems' under an empty name.
    """

    default: str = "UTC"
    by_system: dict[str, str] = field(default_factory=dict)
    phone_countries: dict[str, str] = field(default_factory=dict)

    def check(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Raise CannotStart for a zone that the engine does not know."""
        known = {name for (name,) in connection.execute("SELECT name FROM pg_timezone_names()").fetchall()}
        for system, zone in {"": self.default, **self.by_system}.items():
            if zone not in known:
                of_system = f" of source system {system!r}" if system else ""
                raise CannotStart(
                    f"unknown time zone {zone!r}{of_system}: expected an IANA name such as Europe/Amsterdam"
                )

    def from_utc(self, instant: str, system: str) -> str:
        """SQL that turns an instant (naive UTC) into the wall time of its source system; see `to_utc`."""
        cases = [
            f"WHEN {quoted(name)} THEN {_to_zone(instant, zone)}"
            for name, zone in self.by_system.items()
            if zone != self.default
        ]
        default = _to_zone(instant, self.default)
        return (
            f"CASE coalesce({system}, 'default') {' '.join(cases)} ELSE {default} END" if cases else default
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


def parse_zones(options: list[str], countries: list[str] | None = None) -> Zones:
    """Zones from options `[SYSTEM=]ZONE`, countries from `[SYSTEM=]COUNTRY`; without a system for all others.

    Raises CannotStart for an empty system or value, two values of a system, and a country that is none.
    """
    zones, by_system = _by_system("time zone", "ZONE", options), {}
    for system, country in _by_system("phone country", "COUNTRY", countries or []).items():
        by_system[system] = country.upper()
        if country.upper() not in phonenumbers.SUPPORTED_REGIONS:
            raise CannotStart(f"phone country {country!r}: expected two letters of ISO 3166 such as NL")
    return Zones(zones.pop("", "UTC"), zones, by_system)


def _by_system(what: str, value_name: str, options: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for option in options:
        system, equals, value = (part.strip() for part in option.rpartition("="))
        if not value or (equals and not system):
            raise CannotStart(f"{what} {option!r}: expected {value_name} or SYSTEM={value_name}")
        if values.setdefault(system, value) != value:
            raise CannotStart(f"two {what}s for {system or 'the default'}: {values[system]} and {value}")
    return values


def _from_zone(wall: str, zone: str) -> str:
    return wall if zone in ("UTC", "Etc/UTC") else utc(f"timezone({quoted(zone)}, {wall})")


def _to_zone(instant: str, zone: str) -> str:
    is_utc = zone in ("UTC", "Etc/UTC")
    return instant if is_utc else f"timezone({quoted(zone)}, timezone('UTC', {instant}))"
