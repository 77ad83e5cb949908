"""Small worlds made to be awkward: hypothesis draws contacts whose instants lie on or beside an edge.

A world knows nothing of the others: its systems, addresses and numbers carry its own number, so that hundreds of
worlds land together and one run answers for all of them.
"""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from oracle.clock import calendar_of, windows
from worlds import Row, World, at, hours, seconds

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
EDGES = [window + late for window in (0, DAY, 2 * DAY, 3 * DAY, 7 * DAY) for late in (-1, 0, 1)]
BUSINESS_HOUR = [3599, 3600, 3601]
TOPICS = ["invoice_question", "password_reset", None]
TEAMS = [None, "eu_frontline", "us_frontline", "night_desk", "some_desk"]
AGENTS = ["ann", "bob", None]
# How a ticket begins; then any steps follow.
PLOTS = [
    "",
    "agent solve",
    "bot agent solve",
    "agent solve customer",
    "agent solve customer solve",
    "agent solve customer agent solve",
    "agent solve close customer close",
]
STEPS = [
    *["customer", "customer", "agent", "agent", "agent", "solve", "solve", "close", "bot"],
    *["note", "notice", "absence", "pend", "agent_reopens", "tool_reopens", "escalate", "work"],
]


class Scene:
    """One world while it is being drawn; `instants` are those on which later contacts may turn."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self.tables: dict[str, list[Row]] = {}
        self.epoch = self.one_of(EPOCHS)
        self.instants = [self.epoch]
        self.people = [self._person(number) for number in range(self.number(1, 3))]
        self.tickets: list[Row] = []
        self.contacts: list[tuple[str, Row]] = []
        self._numbers = 0

    def one_of(self, options: list) -> Any:
        return self._draw(st.sampled_from(options))

    def number(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def is_rare(self, one_in: int = 10) -> bool:
        return self.number(1, one_in) == one_in

    def add(self, table: str, **columns: Any) -> Row:
        self.tables.setdefault(table, []).append(columns)
        self.instants += [v for v in columns.values() if isinstance(v, datetime) and v >= self.epoch]
        return columns

    def new_id(self, kind: str) -> str:
        self._numbers += 1
        return f"{kind}{self._numbers:03}"

    def system(self) -> str:
        return self.one_of(["a", "b"])

    def start(self) -> datetime:
        """On an edge of something that happened, or anywhere in the ten days after the epoch."""
        if self.is_rare(4):
            found = self.epoch + seconds(self.number(0, 10 * DAY))
        else:
            found = self.one_of(self.instants) + seconds(self.one_of([*EDGES, 60, 1800]))
        if self.is_rare(5):
            found = max(found, AS_OF - seconds(self.one_of([*EDGES, 1200])))
        return max(self.epoch, min(found, AS_OF))

    def identity(self, person: Row, system: str) -> Row:
        """Any part of what is known of a person, in any spelling; nothing at all now and then."""
        known = {
            "customer_id": f"{person['name']}_{system}",
            "customer_email": self.one_of([person["email"], f" {person['email'].title()}"]),
            "customer_phone": self.one_of(
                [f"+{person['phone']}", f"00{person['phone'][:2]} {person['phone'][2:]}"]
            ),
        }
        told = self.one_of(["id", "email", "phone", "phone", "id email", "email phone", "id email phone", ""])
        return {
            name: value if name.removeprefix("customer_") in told.split() else None
            for name, value in known.items()
        }

    def _person(self, number: int) -> Row:
        """A family shares its number."""
        phone = "4930100" if self.is_rare(4) else f"493020{number}"
        return {"name": f"c{number}", "email": f"c{number}@example.org", "phone": phone}


@st.composite
def scenes(draw: st.DrawFn) -> dict[str, list[Row]]:
    scene = Scene(draw)
    for system in "ab":
        if not scene.is_rare(5):
            _old_call(scene, system)
    for _ in range(scene.number(1, 12)):
        scene.one_of([_call, _chat, _ticket, _ticket])(scene)
    for _ in range(scene.number(0, 3)):
        _survey(scene)
    return scene.tables


def _old_call(scene: Scene, system: str) -> None:
    """So long ago that nothing after the epoch is left-censored."""
    started_at = scene.epoch - hours(30 * 24)
    row = {
        "call_id": scene.new_id("call"),
        "source_system": system,
        "outcome": "answered",
        "direction": "inbound",
    }
    times = {"started_at": started_at, "answered_at": started_at, "ended_at": started_at + seconds(60)}
    scene.tables.setdefault("calls", []).append({**row, **times})


def _call(scene: Scene) -> None:
    system, person = scene.system(), scene.one_of(scene.people)
    identity = scene.identity(person, system)
    topic, team, root = scene.one_of(TOPICS), scene.one_of(TEAMS), scene.new_id("call")
    started_at = scene.start()
    direction = "outbound" if scene.is_rare() else "inbound"
    for number in range(scene.one_of([1, 1, 1, 2, 3])):
        leg = _leg(scene, started_at, is_first=number == 0)
        row = scene.add(
            "calls",
            call_id=root if number == 0 else scene.new_id("leg"),
            source_system=system,
            root_call_id=root if number or scene.is_rare(3) else None,
            direction=direction,
            topic=topic,
            team=team,
            **identity,
            **leg,
        )
        if number == 0:
            scene.contacts.append(("call", row))
        started_at = (leg["ended_at"] or started_at) + seconds(scene.one_of([0, 1, 60]))
        if started_at > AS_OF or leg["outcome"] != "answered":
            return


def _leg(scene: Scene, started_at: datetime, is_first: bool) -> Row:
    outcomes = ["answered"] * 5 + ["abandoned", "abandoned", "voicemail", "callback_requested", "failed"]
    outcome = scene.one_of(outcomes + ["ivr_contained"] * 2 if is_first else outcomes)
    length = seconds(scene.one_of([0, 1, 30, 300, 3600, 2 * DAY]))
    row: Row = {"outcome": outcome, "started_at": started_at, "ended_at": min(started_at + length, AS_OF)}
    length = row["ended_at"] - started_at
    has_menu = is_first and (outcome == "ivr_contained" or scene.is_rare(3))
    if has_menu:
        row |= {
            "ivr_started_at": started_at,
            "ivr_ended_at": started_at + length / 2,
            "ivr_inputs": scene.one_of([0, 1, 2]),
        }
        row["ivr_ended_at"] = row["ivr_ended_at"].replace(microsecond=0)
    if outcome in ("answered", "abandoned"):
        row["queued_at"] = row.get("ivr_ended_at", started_at)
    if outcome == "answered":
        waited = seconds(scene.number(0, int((row["ended_at"] - row["queued_at"]).total_seconds())))
        row["answered_at"] = None if scene.is_rare(12) else row["queued_at"] + waited
        row |= {"agent_id": scene.one_of(AGENTS), "wrap_seconds": scene.one_of([None, 0, 20, 600])}
        row["resolved"] = scene.one_of([None, True, False])
    if outcome == "ivr_contained":
        row["resolved"] = scene.one_of([None, None, True])
    return row


def _chat(scene: Scene) -> None:
    system, person = scene.system(), scene.one_of(scene.people)
    chat_id, started_at = scene.new_id("chat"), scene.start()
    has_bot = not scene.is_rare(3)
    turns = [
        "customer",
        "customer",
        "system",
        *(["bot", "bot", "bot?", "bot!"] if has_bot else ["agent", "agent"]),
    ]
    now, asked_at, joined_at, agent = started_at, None, None, scene.one_of(AGENTS)
    is_asked_for = not scene.is_rare(4)
    for number in range(scene.number(0, 8)):
        now += seconds(scene.one_of([1, 5, 5, 60, 600]))
        if now > AS_OF:
            break
        if has_bot and asked_at is None and number and scene.is_rare(6):
            asked_at = now
            turns = ["customer", "system"]
            if not scene.is_rare(3):
                joined_at = now
                turns += ["agent", "agent"]
            continue
        sender = "customer" if is_asked_for and number == 0 else scene.one_of(turns)
        scene.add(
            "chat_messages",
            message_id=scene.new_id("message"),
            chat_id=chat_id,
            source_system=system,
            sent_at=now,
            sender_type=sender.rstrip("?!"),
            sender_id=agent if sender == "agent" else "robot" if sender.startswith("bot") else None,
            is_automated=sender in ("bot!", "system"),
            is_fallback=sender == "bot?",
        )
        if sender == "agent" and not has_bot and joined_at is None:
            joined_at = now
    ended_at = min(now + seconds(scene.one_of([0, 1, 60, DAY])), AS_OF)
    row = scene.add(
        "chats",
        chat_id=chat_id,
        source_system=system,
        **scene.identity(person, system),
        channel=scene.one_of(["web_chat", "whatsapp", "voice_bot"]),
        topic=scene.one_of(TOPICS),
        started_at=started_at,
        ended_at=None if scene.is_rare(8) else ended_at,
        end_reason=scene.one_of(
            ["customer_left", "agent_closed", "timeout", "error", "usage_limit", "offline", None]
        ),
        outcome=scene.one_of([None, None, None, "resolved_confirmed", "resolved_task", "unresolved"]),
        bot_id="robot" if has_bot else None,
        handover_requested_at=asked_at,
        handover_reason=scene.one_of(["customer_request", "error", "outage", "usage_limit", None])
        if asked_at
        else None,
        handover_accepted_at=joined_at if asked_at else None,
        queued_at=asked_at,
        agent_joined_at=joined_at,
        agent_id=agent if joined_at else None,
        team=scene.one_of(TEAMS),
        is_proactive=scene.is_rare(),
    )
    scene.contacts.append(("chat", row))


def _ticket(scene: Scene) -> None:
    system, person = scene.system(), scene.one_of(scene.people)
    story = Story(scene, system, scene.new_id("ticket"), scene.start(), scene.one_of(TEAMS))
    for step in scene.one_of(PLOTS).split():
        story.go_on(step)
    for _ in range(scene.number(0, 6)):
        story.go_on(scene.one_of(STEPS))
    parents = [t for t in scene.tickets if t["source_system"] == system and t["person"] is person]
    row = {
        "ticket_id": story.ticket_id,
        "source_system": system,
        **scene.identity(person, system),
        "channel": scene.one_of(["email", "web_form", "social", "phone"]),
        "topic": scene.one_of(TOPICS),
        "team": story.team,
        "status": scene.one_of(["spam", "deleted", "test"]) if scene.is_rare(20) else story.status,
        "created_at": story.created_at,
        "solved_at": story.solved_at,
        "closed_at": story.closed_at,
        "assigned_agent_id": scene.one_of(AGENTS),
        "is_outbound": scene.is_rare(15),
    }
    if parents and scene.is_rare(3):
        parent = scene.one_of(parents)
        if scene.is_rare(2):
            row["merged_into_ticket_id"] = parent["ticket_id"]
        elif row["topic"] in (None, parent["topic"]):
            row["follow_up_of_ticket_id"] = parent["ticket_id"]
    scene.tickets.append({**row, "person": person})
    scene.contacts.append(("ticket", scene.add("tickets", **row)))


class Story:
    """What happens to one ticket, step by step; its log of statuses is consistent."""

    def __init__(
        self, scene: Scene, system: str, ticket_id: str, created_at: datetime, team: str | None
    ) -> None:
        self.scene, self.system, self.ticket_id, self.team = scene, system, ticket_id, team
        self.created_at = self.now = created_at
        self.status = "open"
        self.solved_at: datetime | None = None
        self.closed_at: datetime | None = None
        self._message("customer")

    def go_on(self, step: str) -> None:
        before = self.now
        self.now = self._next_instant(can_wait_zero=step in ("solve", "escalate", "work", "note"))
        if self.now > AS_OF:
            self.now = before
            return
        getattr(self, f"_{step}")()

    def _next_instant(self, can_wait_zero: bool) -> datetime:
        if self.scene.is_rare(4):
            edge = after_business_seconds(self.team, self.created_at, self.scene.one_of(BUSINESS_HOUR))
            if edge > self.now:
                return edge
        gap = self.scene.one_of([0, 1, 30, 60, 61, 600, 600, 1800, DAY - 1, DAY, DAY + 1, 3 * DAY])
        return self.now + seconds(gap if can_wait_zero else max(gap, 1))

    def _message(self, sender_type: str, **more: Any) -> None:
        self.scene.add(
            "ticket_messages",
            message_id=self.scene.new_id("message"),
            ticket_id=self.ticket_id,
            source_system=self.system,
            sent_at=self.now,
            sender_type=sender_type,
            **more,
        )

    def _event(self, event_type: str, occurred_at: datetime | None = None, **more: Any) -> None:
        self.scene.add(
            "ticket_events",
            event_id=self.scene.new_id("event"),
            ticket_id=self.ticket_id,
            source_system=self.system,
            occurred_at=occurred_at or self.now,
            event_type=event_type,
            **more,
        )

    def _become(self, status: str, actor_type: str | None, occurred_at: datetime | None = None) -> None:
        self._event(
            "status_change", occurred_at, actor_type=actor_type, from_value=self.status, to_value=status
        )
        self.status = status

    @property
    def _is_solved(self) -> bool:
        return self.status in ("solved", "closed")

    def _customer(self) -> None:
        self._message("customer")
        if self._is_solved and not self.scene.is_rare(5):
            reopened_at = self.now + seconds(self.scene.one_of([-61, -60, -30, 0, 0, 0, 5]))
            if (
                reopened_at > max(self.solved_at or self.closed_at, self.closed_at or self.solved_at)
                and reopened_at <= AS_OF
            ):
                self._become("open", self.scene.one_of(["customer", "system", None]), reopened_at)
                self.now = max(self.now, reopened_at)

    def _absence(self) -> None:
        self._message("customer", is_automated=True)

    def _agent(self) -> None:
        self._message("agent", sender_id=self.scene.one_of(AGENTS))

    def _bot(self) -> None:
        self._message("bot", sender_id="robot")

    def _note(self) -> None:
        self._message("agent", sender_id=self.scene.one_of(AGENTS), is_public=False)

    def _notice(self) -> None:
        self._message(self.scene.one_of(["agent", "bot", "system"]), is_automated=True)

    def _solve(self) -> None:
        if not self._is_solved:
            self._become("solved", self.scene.one_of(["agent", "system"]))
            self.solved_at = self.now

    def _close(self) -> None:
        if self.status != "closed":
            self._become("closed", self.scene.one_of(["agent", "system"]))
            self.closed_at = self.now

    def _pend(self) -> None:
        if self.status == "open":
            self._become("pending", "agent")

    def _agent_reopens(self) -> None:
        if self._is_solved:
            self._become("open", "agent")

    def _tool_reopens(self) -> None:
        if self._is_solved:
            self._become("open", "system")

    def _escalate(self) -> None:
        self._event("escalation", actor_type="agent", to_value="second_line")

    def _work(self) -> None:
        self._event(
            "work_logged",
            actor_type="agent",
            actor_id=self.scene.one_of(AGENTS),
            work_seconds=self.scene.one_of([1, 240, 4000]),
        )


def after_business_seconds(team: str | None, start: datetime, count: int) -> datetime:
    """The instant at which so many open seconds have passed."""
    day, left = start.date() - timedelta(days=2), seconds(count)
    while True:
        for opens, closes in windows(calendar_of(team), day):
            begin = max(opens, start)
            if begin < closes:
                if left <= closes - begin:
                    return begin + left
                left -= closes - begin
        day += timedelta(days=1)


def _survey(scene: Scene) -> None:
    system, person = scene.system(), scene.one_of(scene.people)
    base = scene.one_of(scene.instants)
    sent_at = min(base + seconds(scene.one_of([0, 1, 90 * DAY - 1, 90 * DAY, 90 * DAY + 1, 60 * DAY])), AS_OF)
    responded_at = sent_at + seconds(scene.one_of([0, 60, 7 * DAY, 7 * DAY + 1]))
    scene.add(
        "surveys",
        survey_id=scene.new_id("survey"),
        source_system=system,
        **scene.identity(person, system),
        question="nps",
        sent_at=sent_at,
        responded_at=responded_at if responded_at <= AS_OF and not scene.is_rare(5) else None,
        score=scene.one_of([1, 6, 7, 8, 9, 10]),
        scale_min=scene.one_of([0, 0, 0, None, 1]),
        scale_max=10,
    )


def drawn(count: int) -> list[dict[str, list[Row]]]:
    """So many worlds, the same each time."""
    found: list[dict[str, list[Row]]] = []

    @seed(1)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(scenes())
    def draw(scene):
        found.append(scene)

    draw()
    return found


def placed(scene: dict[str, list[Row]], number: int) -> dict[str, list[Row]]:
    """The rows of a world with systems, addresses and numbers of its own."""
    return {table: [_own(row, number) for row in rows] for table, rows in scene.items()}


def _own(row: Row, number: int) -> Row:
    own = {**row, "source_system": f"{row['source_system']}{number}"}
    if row.get("customer_email"):
        own["customer_email"] = row["customer_email"].replace("@", f".{number}@")
    if row.get("customer_phone"):
        own["customer_phone"] = f"{row['customer_phone']} {number:04}"
    return own


def together(scenes: list[dict[str, list[Row]]]) -> World:
    """One landing of all worlds."""
    world = World()
    for scene in scenes:
        for table, rows in scene.items():
            world.tables[table] += rows
    return world
