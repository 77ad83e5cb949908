"""Awkward calls, chats and surveys."""

from datetime import datetime

from strange_scene import AGENTS, AS_OF, DAY, NEARLY, ROSTERED, SYSTEMS, TEAMS, TOPICS, Scene
from worlds import Row, hours, seconds

LEG_OUTCOMES = [
    *["answered"] * 12,
    *["abandoned", "abandoned", "abandoned", "voicemail", "callback_requested", "failed"],
    *["missed", "no-answer", "overflow", "unstated", "completed", None],
]
# Outcomes that an instant of the answer speaks against, or that say nothing.
CONTRADICTED = ["abandoned", "missed", "voicemail", "callback_requested", "overflow", "unstated", None]
DIRECTIONS = [*["inbound"] * 8, None, None, "outbound", "outbound-api", "internal"]
END_REASONS = [
    *["customer_left", "customer_left", "agent_closed", "timeout", "transferred"],
    *["error", "usage_limit", "offline", "closed", "closed", None],
]
CHAT_CHANNELS = ["web_chat", "web_chat", "whatsapp", "whatsapp", "voice_bot", "chat", "messenger", "in_app"]
# Around the silence after which nobody works any more.
IDLE = [1800 + late for late in NEARLY]
HANDLE_LIMIT = 240 * 60
CHAT_OUTCOMES = [None, None, None, "resolved_confirmed", "resolved_task", "unresolved"]
HANDOVER_REASONS = ["customer_request", "customer_request", "error", "outage", "usage_limit", None]


def old_call(scene: Scene, system: str) -> None:
    """So long ago that nothing after the epoch is left-censored."""
    at = scene.epoch - hours(30 * 24)
    times = {"started_at": at, "answered_at": at, "ended_at": at + seconds(60)}
    scene.add("calls", call_id=scene.new_id("call"), source_system=system, outcome="answered", **times)


def old_session(scene: Scene, system: str) -> None:
    """Self-service before anybody made contact."""
    session = {"session_id": scene.new_id("session"), "source_system": system}
    scene.add("self_service_sessions", **session, started_at=scene.epoch - hours(40 * 24))


def switchboard(scene: Scene) -> None:
    """One number with ten other identifiers of a kind, or with one more."""
    kind = scene.one_of(["customer_id", "customer_email"])
    system = scene.one_of(SYSTEMS)
    for number in range(scene.one_of([10, 11])):
        other = f"desk{number}" if kind == "customer_id" else f"desk{number}@example.org"
        legs(scene, system, {kind: other, "customer_phone": "+4989000"})


def call(scene: Scene) -> None:
    system = scene.one_of(SYSTEMS)
    legs(scene, system, scene.identity(scene.one_of(scene.people)))


def legs(scene: Scene, system: str, identity: Row) -> None:
    """A call, passed on or not; of later legs not everything is known."""
    root, started_at = scene.new_id("call"), scene.start()
    same = {
        "direction": scene.one_of(DIRECTIONS),
        "topic": scene.one_of(TOPICS),
        "team": scene.one_of(TEAMS),
    }
    for number in range(scene.one_of([1, 1, 1, 2, 3])):
        leg = _leg(scene, started_at, is_first=number == 0)
        is_told = number == 0 or scene.is_rare(2)
        scene.add(
            "calls",
            call_id=root if number == 0 else scene.new_id("leg"),
            source_system=system,
            root_call_id=root if number or scene.is_rare(3) else None,
            **same,
            **(identity if is_told else {}),
            **leg,
        )
        if leg["ended_at"] is None:
            return
        started_at = leg["ended_at"] + seconds(scene.one_of([1, 60]))
        # A call rings on where nobody answered, or is passed on.
        is_over = leg.get("answered_at") is None and leg["outcome"] not in ("missed", "no-answer", None)
        if started_at > AS_OF or is_over:
            return


def _leg(scene: Scene, started_at: datetime, is_first: bool) -> Row:
    outcome = scene.one_of([*LEG_OUTCOMES, "ivr_contained", "ivr_contained"] if is_first else LEG_OUTCOMES)
    ended_at = min(started_at + seconds(scene.one_of([0, 1, 30, 300, 3600, 2 * DAY])), AS_OF)
    leg: Row = {"outcome": outcome, "started_at": started_at, "ended_at": ended_at}
    has_menu = is_first and (outcome == "ivr_contained" or scene.is_rare(3))
    is_left_in_menu = has_menu and outcome == "abandoned" and scene.is_rare(2)
    queued_at = started_at
    if has_menu:
        in_menu = scene.number(0, (ended_at - started_at) // seconds(1))
        queued_at = started_at + seconds(in_menu)
        leg |= {
            "ivr_started_at": started_at,
            "ivr_ended_at": ended_at if is_left_in_menu or outcome == "ivr_contained" else queued_at,
            "ivr_inputs": scene.one_of([0, 1, 2])
            if outcome != "ivr_contained"
            else scene.one_of([0, 1, None]),
        }
    if outcome != "ivr_contained" and not is_left_in_menu:
        leg["queued_at"] = scene.maybe(queued_at)
    if outcome != "answered" and scene.is_rare(8):
        leg["ended_at"] = None
    if outcome == "answered":
        waited = scene.number(0, (ended_at - queued_at) // seconds(1))
        leg |= {
            "answered_at": scene.maybe(queued_at + seconds(waited), 12),
            "agent_id": scene.one_of(AGENTS),
            "wrap_seconds": scene.one_of([None, 0, 20, 600]),
            "hold_seconds": scene.one_of([None, None, 0, 10, 1000]),
            "resolved": scene.one_of([None, None, True, False]),
        }
        if scene.is_rare(12) and not has_menu:
            leg["agent_id"] = ROSTERED
        if leg["answered_at"] and scene.is_rare(6):
            leg["outcome"] = scene.one_of(CONTRADICTED)
        if leg["answered_at"] and scene.is_rare(15):
            leg["ended_at"] = None
    if outcome in ("missed", "no-answer", "unstated", "completed", None) and scene.is_rare(2):
        leg["agent_id"] = scene.one_of(AGENTS)
    if outcome == "ivr_contained":
        leg["resolved"] = scene.one_of([None, None, True, False])
    return leg


def chat(scene: Scene) -> None:
    """A bot with or without a hand-over, or a person; the customer mostly speaks first."""
    talk = Talk(scene)
    for number in range(scene.number(0, 8)):
        talk.go_on(number)
    scene.add("chats", **talk.row())


class Talk:
    """What happens in one chat, message by message."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.system = scene, scene.one_of(SYSTEMS)
        self.chat_id, self.started_at, self.agent = scene.new_id("chat"), scene.start(), scene.one_of(AGENTS)
        self.now = self.started_at
        self.asked_at: datetime | None = None
        self.joined_at: datetime | None = None
        self.has_bot, self.is_greeted = not scene.is_rare(3), scene.is_rare(4)
        # A bot that its tool takes for one of the agents.
        self.has_rostered_bot = self.has_bot and scene.is_rare(4)
        self.gaps = [1, 5, 5, 60, 600, *([*IDLE, DAY, 2 * DAY] if scene.is_rare(4) else [])]
        self.senders = ["customer", "customer", "system"]
        self.senders += ["bot", "bot", "bot?", "bot!"] if self.has_bot else ["agent", "agent"]

    def go_on(self, number: int) -> None:
        before = self.now
        self.now += seconds(self.scene.one_of(self.gaps))
        if self.now > AS_OF:
            self.now = before
        elif self.has_bot and self.asked_at is None and number and self.scene.is_rare(6):
            self._ask_for_a_person()
        else:
            sender = "customer" if number == 0 and not self.is_greeted else self.scene.one_of(self.senders)
            if sender == "agent" and self.joined_at is None:
                read_for = seconds(self.scene.one_of([0, 0, 1, 60, 2000]))
                self.joined_at = max(self.now - read_for, self.started_at)
            self._say(sender, is_first=number == 0)

    def _ask_for_a_person(self) -> None:
        self.asked_at, self.senders = self.now, ["customer", "system"]
        if not self.scene.is_rare(3):
            self.joined_at, self.senders = self.now, ["customer", "agent", "agent"]

    def _say(self, sender: str, is_first: bool) -> None:
        """`bot?` did not understand, `bot!` is automatic."""
        scene = self.scene
        is_early = is_first and scene.is_rare(12)
        said_by = sender.rstrip("?!")
        by_agent = scene.one_of(AGENTS) if scene.is_rare(6) else self.agent
        is_rostered = said_by == "bot" and self.has_rostered_bot
        scene.add(
            "chat_messages",
            message_id=scene.new_id("message"),
            chat_id=self.chat_id,
            source_system=self.system,
            sent_at=self.started_at - scene.early() if is_early else self.now,
            sender_type="agent" if is_rostered else said_by,
            sender_id=ROSTERED if is_rostered else by_agent if said_by == "agent" else None,
            is_automated=sender in ("bot!", "system"),
            is_fallback=sender == "bot?",
        )

    def row(self) -> Row:
        scene, joined_at = self.scene, self.joined_at
        is_asked_in_writing = self.asked_at is not None and not scene.is_rare(5)
        agent_id = self.agent if joined_at else ROSTERED if self.has_rostered_bot else None
        if agent_id == ROSTERED and scene.is_rare(2):
            joined_at = self.started_at
        return {
            "chat_id": self.chat_id,
            "source_system": self.system,
            **scene.identity(scene.one_of(scene.people)),
            "channel": scene.one_of(CHAT_CHANNELS),
            "topic": scene.one_of(TOPICS),
            "started_at": self.started_at,
            "ended_at": self._ended_at(),
            "end_reason": scene.one_of(END_REASONS),
            "outcome": scene.one_of(CHAT_OUTCOMES),
            "bot_id": "robot" if self.has_bot and not self.has_rostered_bot else None,
            "handover_requested_at": self.asked_at if is_asked_in_writing else None,
            "handover_reason": scene.one_of(HANDOVER_REASONS) if is_asked_in_writing else None,
            "handover_accepted_at": self.joined_at if is_asked_in_writing else None,
            "queued_at": scene.maybe(self.asked_at, 3),
            "agent_joined_at": scene.maybe(joined_at, 8),
            "agent_id": agent_id,
            "team": scene.one_of(TEAMS),
            "is_proactive": scene.one_of([None, None, None, False, False, False, False, True]),
        }

    def _ended_at(self) -> datetime | None:
        at = self.now + seconds(self.scene.one_of([0, 1, 60, DAY]))
        if self.joined_at and self.scene.is_rare(3):
            limit = self.joined_at + seconds(HANDLE_LIMIT + self.scene.one_of(NEARLY))
            at = max(limit, self.now)
        return self.scene.maybe(min(at, AS_OF), 8)


def surveys(scene: Scene) -> None:
    """A person is asked whether he would recommend us, and again some 90 days after his answer."""
    system = scene.one_of(SYSTEMS)
    identity = scene.identity(scene.one_of(scene.people))
    sent_at = scene.one_of(scene.instants)
    for _ in range(scene.number(1, 4)):
        answered_at = sent_at + seconds(scene.one_of([0, 0, 60, *(7 * DAY + late for late in NEARLY)]))
        if answered_at > AS_OF or _is_taken(scene, {sent_at, answered_at}):
            return
        _ask(scene, system, identity, sent_at, answered_at)
        sent_at = answered_at + seconds(scene.one_of([60 * DAY, *(90 * DAY + late for late in NEARLY)]))


def _is_taken(scene: Scene, instants: set[datetime]) -> bool:
    """Of two answers of one instant nothing says which is the latest."""
    return any(instants & {row["sent_at"], row["responded_at"]} for row in scene.tables.get("surveys", []))


def _ask(scene: Scene, system: str, identity: Row, sent_at: datetime, answered_at: datetime) -> None:
    is_answered = not scene.is_rare(6)
    scene.add(
        "surveys",
        survey_id=scene.new_id("survey"),
        source_system=system,
        **identity,
        **(_about(scene) if scene.is_rare(3) else {}),
        question="nps",
        sent_at=sent_at,
        responded_at=scene.maybe(answered_at) if is_answered else None,
        score=scene.one_of([1, 6, 7, 8, 9, 10]) if is_answered else None,
        scale_min=scene.one_of([0, 0, 0, 0, None, 1]),
        scale_max=10,
    )


def _about(scene: Scene) -> Row:
    """A conversation that the invitation names."""
    contacts = [
        {
            "conversation_type": kind,
            "conversation_id": row[f"{kind}_id"],
            "conversation_source_system": row["source_system"],
        }
        for kind in ("call", "chat", "ticket")
        for row in scene.tables.get(f"{kind}s", [])
        if row.get("root_call_id") in (None, row.get("call_id"))
    ]
    return scene.one_of(contacts) if contacts else {}
