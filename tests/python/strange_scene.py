"""One world while it is being drawn: who lives in it, and the instants on which contacts turn."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from worlds import Row, at, hours, seconds

AS_OF = at("2025-12-20 12:00")
DAY = 24 * 3600

# Mondays and week-ends, both changes of both zones, a holiday, and the days before the cut-off.
EPOCHS = [
    at("2025-02-03 07:59:30"),
    at("2025-02-07 16:59:30"),
    at("2025-03-28 15:00:00"),
    at("2025-03-07 22:00:00"),
    at("2025-04-17 15:30:00"),
    at("2025-10-24 14:00:00"),
    at("2025-10-31 22:00:00"),
    AS_OF - hours(9 * 24),
    AS_OF - hours(4 * 24),
]
# As near to an edge as instants can be, and a second.
NEARLY = [-1, -1e-6, 0, 0, 0, 1e-6, 1]
EDGES = [window + late for window in (0, DAY, 2 * DAY, 3 * DAY, 7 * DAY) for late in NEARLY]
TOPICS = ["invoice_question", "password_reset", None]
TEAMS = [None, "eu_frontline", "us_frontline", "night_desk", "some_desk"]
AGENTS = ["ann", "bob", None, "Unassigned"]
SYSTEMS = ["a", "b"]
# A bot where the roster says so, else a person.
ROSTERED = "robo"
EARLY = [1, 60, 899, 900, 900]
# What stands in identity columns and names nobody.
NOBODY = {
    "customer_id": [
        *["NULL", "nan", "-1", "0", "0.0", "00000000-0000-0000-0000-000000000000", "1.5E+15"],
        *["<NA>", r"\N", "Unbekannt", "guest", "No Caller ID", "123456789012345000"],
    ],
    "customer_email": ["unknown", "N/A", " None ", "no-email", "-@-"],
    "customer_phone": [
        *["0000000000", "+266696687", "4.49771E+11", "anonymous", "+12345", "9" * 16, "1234567890"],
    ],
}


class Scene:
    """What hypothesis draws becomes rows; every instant among them is an edge for what comes after.

    A clean one holds no row that is refused, no word that is not known and nobody's identifiers.
    """

    def __init__(self, draw: st.DrawFn, is_clean: bool) -> None:
        self._draw, self.is_clean = draw, is_clean
        self._numbers = 0
        self.tables: dict[str, list[Row]] = {}
        self.epoch = self.one_of(EPOCHS)
        self.instants = [self.epoch]
        self.people = [self._person(number) for number in range(self.number(1, 3))]

    def one_of(self, options: list) -> Any:
        return self._draw(st.sampled_from(options))

    def number(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def is_rare(self, one_in: int = 10) -> bool:
        return self.number(1, one_in) == one_in

    def is_dirty(self, one_in: int) -> bool:
        return not self.is_clean and self.is_rare(one_in)

    def early(self) -> timedelta:
        """So much before its parent a message still belongs to it, and a moment more it does not."""
        return seconds(self.one_of(EARLY if self.is_clean else [*EARLY, 900 + 1e-6]))

    def maybe(self, value: Any, missing_one_in: int = 10) -> Any:
        return None if self.is_rare(missing_one_in) else value

    def new_id(self, kind: str) -> str:
        self._numbers += 1
        return f"{kind}{self._numbers:03}"

    def add(self, table: str, **columns: Any) -> Row:
        self.tables.setdefault(table, []).append(columns)
        self.instants += [v for v in columns.values() if isinstance(v, datetime) and v >= self.epoch]
        return columns

    def start(self) -> datetime:
        """On an edge of something that happened or of the cut-off, or anywhere in ten days."""
        if self.is_rare(4):
            found = self.epoch + seconds(self.number(0, 10 * DAY))
        else:
            found = self.one_of(self.instants) + seconds(self.one_of([*EDGES, 60, 1800]))
        if self.is_rare(5):
            found = max(
                found, AS_OF - seconds(self.one_of([*EDGES, 1200, *(3600 + late for late in NEARLY)]))
            )
        return found if self.epoch <= found <= AS_OF else self.epoch + seconds(self.number(0, 3 * DAY))

    def identity(self, person: Row) -> Row:
        """Any part of what is known of a person, in any spelling; now and then nothing, or nobody's."""
        phone, email = person["phone"], person["email"]
        known = {
            "customer_id": f"{person['id']}.0" if self.is_dirty(3) else person["id"],
            "customer_email": self.one_of([email, email, f" {email.title()}", f"Anna A. <{email}>"]),
            "customer_phone": self.one_of(
                [f"+{phone}", f"00{phone[:2]} {phone[2:]}", f"+{phone[:2]} (0){phone[2:]}", f"0{phone[2:]}"]
            ),
        }
        told = self.one_of(
            ["id", "email", "phone", "phone", "id email", "email phone", "id email phone", ""]
        ).split()
        return {name: self._told(name, known[name], name.split("_")[1] in told) for name in known}

    def _told(self, name: str, value: str, is_told: bool) -> str | None:
        return self.one_of(NOBODY[name]) if self.is_dirty(20) else value if is_told else None

    def _person(self, number: int) -> Row:
        """A family shares its number."""
        phone = "4930100" if self.is_rare(4) else f"493020{number}"
        return {"id": f"50{number}", "email": f"c{number}@example.org", "phone": phone}
