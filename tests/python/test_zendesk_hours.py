"""Business time of ten thousand Zendesk tickets, against zoneinfo: by today's hours, and by those in force.

The schedules have what is easily got wrong: hours that changed, a lunch break, nights, 24 x 7, offsets of 30
and 45 minutes, holidays of several days, another schedule half-way, both changes of the clock.
"""

import csv
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rebuilt import Build, connected

from service_kpis.load.sources import Tool

pytestmark = pytest.mark.slow

TICKETS = 10_000
LONGEST_DIFFERENCE_SECONDS = 6
DAY = timedelta(days=1)
NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIRST, LAST = datetime(2024, 2, 1), datetime(2026, 1, 31)
# Days on which clocks change in Berlin, New York, Sydney and on Lord Howe Island.
CHANGES = [
    date(2024, 3, 10), date(2024, 3, 31), date(2024, 4, 7), date(2024, 10, 6), date(2024, 10, 27),
    date(2024, 11, 3), date(2025, 3, 9), date(2025, 3, 30), date(2025, 4, 6), date(2025, 10, 5),
    date(2025, 10, 26), date(2025, 11, 2),
]  # fmt: skip

Week = dict[int, list[tuple[int, int]]]
"""Opening and closing minutes of the day, by weekday from Sunday, 0."""


def on(days: str, *hours: tuple[int, int]) -> Week:
    return {int(day): [(start * 60, end * 60) for start, end in hours] for day in days}


@dataclass
class Schedule:
    """A Zendesk schedule: its hours until each save, then today's; its holidays, inclusive at both ends."""

    label: str
    zone: str
    week: Week
    before: list[tuple[datetime, Week]] = field(default_factory=list)
    holidays: list[tuple[date, date]] = field(default_factory=list)

    def opened(self, start: datetime, end: datetime, in_force: bool) -> float:
        """Open seconds between two instants in UTC, day by local day."""
        total, day = 0.0, (start - 2 * DAY).date()
        while day <= (end + 2 * DAY).date():
            for valid_from, valid_until, opens, closes in self._windows(day, in_force):
                since, until = max(start, opens, valid_from), min(end, closes, valid_until)
                total += max((until - since).total_seconds(), 0)
            day += DAY
        return total

    @cache  # noqa: B019
    def _windows(self, day: date, in_force: bool) -> list[tuple[datetime, datetime, datetime, datetime]]:
        if any(first <= day <= last for first, last in self.holidays):
            return []
        ends = [saved for saved, _ in self.before] if in_force else []
        weeks = [*[week for _, week in self.before][: len(ends)], self.week]
        return [
            (valid_from, valid_until, self._utc(day, opens), self._utc(day, closes))
            for valid_from, valid_until, week in zip(
                [datetime.min, *ends], [*ends, datetime.max], weeks, strict=True
            )
            for opens, closes in week.get((day.weekday() + 1) % 7, [])
        ]

    def _utc(self, day: date, minute: int) -> datetime:
        wall = datetime.combine(day, time(), ZoneInfo(self.zone)) + timedelta(minutes=minute)
        return wall.astimezone(UTC).replace(tzinfo=None)

    def __hash__(self) -> int:
        return id(self)


MORNINGS = on("12345", (9, 13))
SCHEDULES = [
    Schedule(
        "Berlin", "Europe/Berlin", on("12345", (9, 17)),
        [(datetime(2024, 6, 1, 10, 30), MORNINGS), (datetime(2025, 3, 15, 9, 7), on("123456", (8, 20)))],
        [(date(2024, 12, 24), date(2025, 1, 1)), (date(2025, 4, 21), date(2025, 4, 21))],
    ),
    Schedule("Eastern Time (US & Canada)", "America/New_York",
             on("12345", (8, 12), (13, 18)) | on("6", (9, 12))),
    # Nights, over midnight and over changes of the clock.
    Schedule("Sydney", "Australia/Sydney", on("12345", (0, 6), (22, 24)) | on("06", (0, 24)),
             holidays=[(date(2025, 1, 26), date(2025, 1, 27))]),
    Schedule("London", "Europe/London", on("0123456", (0, 24))),
    Schedule("Kathmandu", "Asia/Kathmandu", on("01234", (10, 17)),
             [(datetime(2025, 1, 1), on("0123456", (7, 19)))]),
    Schedule("Australia/Lord_Howe", "Australia/Lord_Howe", on("0123456", (1, 9))),
]  # fmt: skip


@dataclass
class Ticket:
    """Made and solved, first answered when it is solved; its schedules and since when."""

    number: int
    made: datetime
    solved: datetime
    schedules: list[tuple[datetime, int]]

    def business(self) -> float:
        """Zendesk's clock: today's hours of the last schedule."""
        return SCHEDULES[self.schedules[-1][1]].opened(self.made, self.solved, in_force=False)

    def in_force(self) -> float:
        """Ours: the hours of the time, of the schedule of the time."""
        changes = [since for since, _ in self.schedules[1:]]
        return sum(
            SCHEDULES[which].opened(since, until, in_force=True)
            for (_, which), (since, until) in zip(
                self.schedules, pairwise([self.made, *changes, self.solved]), strict=True
            )
        )


def drawn(number: int, chance: random.Random) -> Ticket:
    """A third are made within three days of a change of the clock."""
    if chance.random() < 0.33:
        around = datetime.combine(chance.choice(CHANGES), time())
        made = around + timedelta(seconds=chance.randrange(-3 * 86400, 3 * 86400))
    else:
        made = FIRST + timedelta(seconds=chance.randrange(int((LAST - FIRST).total_seconds())))
    solved = made + timedelta(seconds=1 + int(chance.lognormvariate(10.5, 1.6)) % (40 * 86400))
    schedules = [(made, chance.randrange(len(SCHEDULES)))]
    if chance.random() < 0.1:
        schedules.append((made + (solved - made) / 2, chance.randrange(len(SCHEDULES))))
    # A schedule is given in whole seconds.
    return Ticket(number, made, solved, [(since.replace(microsecond=0), which) for since, which in schedules])


def rows(tickets: list[Ticket]) -> dict[str, list[dict]]:
    """The tables as Fivetran lands them."""
    common = {"requester_id": 9, "submitter_id": 9, "status": "solved", "via_channel": "web"}
    status = {"field_name": "status", "user_id": 8}
    return {
        "ticket": [
            {"id": t.number, "created_at": t.made, "updated_at": t.solved, **common} for t in tickets
        ],
        "ticket_field_history": [
            {"ticket_id": t.number, "updated": at, "value": value, **status}
            for t in tickets
            for at, value in ((t.made, "new"), (t.solved, "solved"))
        ],
        "ticket_comment": [
            {"id": f"{t.number}0{user}", "ticket_id": t.number, "user_id": user, "created": at}
            | {"public": True}
            for t in tickets
            for at, user in ((t.made, 9), (t.solved, 8))
        ],
        "user": [{"id": 9, "role": "end-user"}, {"id": 8, "role": "agent"}],
        "ticket_schedule": [
            {"ticket_id": t.number, "schedule_id": which, "created_at": since}
            for t in tickets
            for since, which in t.schedules
        ],
        "schedule": [
            {"id": which, "name": f"S{which}", "time_zone": schedule.label, "created_at": "2020-01-01",
             "start_time": day * 1440 + opens, "end_time": day * 1440 + closes}
            for which, schedule in enumerate(SCHEDULES)
            for day, hours in schedule.week.items()
            for opens, closes in hours
        ],
        "schedule_holiday": [
            {"id": f"{which}{first}", "schedule_id": which, "start_date": first, "end_date": last}
            for which, schedule in enumerate(SCHEDULES)
            for first, last in schedule.holidays
        ],
        "audit_log": [
            {"id": f"{which}{saved:%y%m%d}", "source_type": "zendesk/business_hours/workweek",
             "source_id": 99, "source_label": f"Workweek: S{which}", "created_at": saved,
             "change_description": f"Workweek changed from {_said(old)} to {_said(new)}"}
            for which, schedule in enumerate(SCHEDULES)
            for (saved, old), (_, new) in pairwise([*schedule.before, (None, schedule.week)])
        ],
    }  # fmt: skip


def _said(week: Week) -> str:
    hours = {
        NAMES[day]: {_clock(opens): _clock(closes) for opens, closes in spans} for day, spans in week.items()
    }
    return json.dumps(hours).replace('"', "&quot;")


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> list[tuple[Ticket, dict[str, float]]]:
    """Tickets, and the seconds that the models measure by each clock."""
    folder: Path = tmp_path_factory.mktemp("hours")
    chance = random.Random(20)
    tickets = [drawn(number, chance) for number in range(1, TICKETS + 1)]
    (folder / "landed").mkdir()
    for table, records in rows(tickets).items():
        with (folder / "landed" / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*records[0]])
            writer.writeheader()
            writer.writerows(records)
    tool = Tool("zendesk", "zendesk", str(folder / "landed"))
    variables, models = {"vendors": ["zendesk"]}, ["base_zendesk__metrics", "int_conversations_timed"]
    built = Build(None, folder, variables=variables, models=models, tools=(tool,))
    with connected(built.build) as connection:
        found = connection.execute(
            "select ticket_id, first_reply_business_seconds, first_human_response_business_seconds"
            " from staging.base_zendesk__metrics join intermediate.int_conversations_timed"
            " on source_conversation_id = ticket_id"
        ).fetchall()
    seconds = {
        int(ticket): {"business": float(business), "in_force": float(in_force)}
        for ticket, business, in_force in found
    }
    return [(ticket, seconds[ticket.number]) for ticket in tickets]


@pytest.mark.parametrize("clock", ["business", "in_force"])
def test_open_time_is_that_of_zoneinfo(measured, clock):
    expected = [(ticket, seconds[clock], getattr(ticket, clock)()) for ticket, seconds in measured]
    assert [each for each in expected if abs(each[1] - each[2]) > LONGEST_DIFFERENCE_SECONDS] == []


def test_the_tickets_try_what_is_hard(measured):
    """Both clocks differ, schedules change, and each schedule measures hundreds of answers of some length."""
    assert sum(ticket.business() != ticket.in_force() for ticket, _ in measured) > 500
    for which in range(len(SCHEDULES)):
        long_ones = [
            ticket
            for ticket, seconds in measured
            if ticket.schedules[-1][1] == which and seconds["business"] > 3600
        ]
        assert len(long_ones) > 300
