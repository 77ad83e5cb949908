"""Awkward tickets: solved, reopened, brought back, thanked for, merged."""

from datetime import datetime, timedelta
from typing import Any

from oracle.clock import calendar_of, windows
from strange_scene import AGENTS, AS_OF, DAY, NEARLY, ROSTERED, SYSTEMS, TEAMS, TOPICS, Scene
from strange_words import NOBODYS_WORD
from worlds import Row, seconds

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
    *["note", "notice", "absence", "pend", "agent_reopens", "tool_reopens", "customer_reopens"],
    *["rostered", "escalate", "work"],
]
# What a ticket begins with; those of ours come with it if they come soon enough.
BEGINNINGS = [*["customer"] * 8, "early_customer", "agent", "agent", "bot", "nothing"]
OPENING = [0, 0, 1, 2, 2 + 1e-6, 3]
SOLVED = ("solved", "closed")
DAYS = [DAY - 1, DAY - 1e-6, DAY, DAY, DAY + 1e-6, DAY + 1, 3 * DAY]
BUSINESS_HOUR = [3600 + late for late in NEARLY]


def ticket(scene: Scene) -> None:
    system, person = scene.one_of(SYSTEMS), scene.one_of(scene.people)
    story = Story(scene, system, scene.new_id("ticket"), scene.start(), scene.one_of(TEAMS))
    for step in scene.one_of(PLOTS).split():
        story.go_on(step)
    for _ in range(scene.number(0, 6)):
        story.go_on(scene.one_of(STEPS))
    scene.add(
        "tickets",
        ticket_id=story.ticket_id,
        source_system=system,
        **scene.identity(person),
        channel=scene.one_of(["email", "web_form", "social", "phone"]),
        topic=scene.one_of(TOPICS),
        team=story.team,
        status=scene.one_of(["spam", "deleted", "test"]) if scene.is_rare(20) else story.status,
        created_at=story.created_at,
        solved_at=story.solved_at,
        closed_at=story.closed_at,
        assigned_agent_id=scene.one_of(AGENTS),
        is_outbound=scene.one_of([*[None] * 8, *[False] * 6, True]),
        **_relation(scene, system),
    )


def unmapped(scene: Scene) -> None:
    """Nothing but a word that nobody knows says whether it is solved."""
    system, person = scene.one_of(SYSTEMS), scene.one_of(scene.people)
    story = Story(scene, system, scene.new_id("ticket"), scene.start(), scene.one_of(TEAMS))
    story.go_on("agent")
    scene.add(
        "tickets",
        ticket_id=story.ticket_id,
        source_system=system,
        **scene.identity(person),
        channel="email",
        topic=scene.one_of(TOPICS),
        team=story.team,
        status=NOBODYS_WORD,
        created_at=story.created_at,
    )


def _relation(scene: Scene, system: str) -> Row:
    """Merged into an earlier ticket or following one up, whoever wrote that."""
    earlier = [row["ticket_id"] for row in scene.tables.get("tickets", []) if row["source_system"] == system]
    if not earlier or not scene.is_rare(4):
        return {}
    return {scene.one_of(["merged_into_ticket_id", "follow_up_of_ticket_id"]): scene.one_of(earlier)}


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
        self._begin(scene.one_of(BEGINNINGS))

    def _begin(self, beginning: str) -> None:
        """The customer's message mostly, sometimes dated before the ticket; or a word of ours before it."""
        scene = self.scene
        if beginning == "early_customer":
            self._message("customer", sent_at=self.created_at - scene.early())
        elif beginning in ("agent", "bot"):
            said_at = self.created_at + seconds(scene.one_of(OPENING))
            if said_at <= AS_OF:
                self.now = said_at
                self._message(beginning, sender_id=scene.one_of([*AGENTS, ROSTERED]))
                if not scene.is_rare(4):
                    self.go_on("customer")
        elif beginning == "customer":
            self._message("customer")
        if scene.is_rare(40):
            self._event("escalation", self.created_at - scene.early(), actor_type="agent")

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
        gap = self.scene.one_of([0, 1, 30, 60, 61, 600, 600, 1800, *DAYS])
        return self.now + seconds(gap if can_wait_zero else max(gap, 1))

    def _message(self, sender_type: str, sent_at: datetime | None = None, **more: Any) -> None:
        self.scene.add(
            "ticket_messages",
            message_id=self.scene.new_id("message"),
            ticket_id=self.ticket_id,
            source_system=self.system,
            sent_at=sent_at or self.now,
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
        return self.status in SOLVED

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

    def _rostered(self) -> None:
        self._message("agent", sender_id=ROSTERED)

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

    def _customer_reopens(self) -> None:
        if self._is_solved:
            self._become("open", "customer")

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
