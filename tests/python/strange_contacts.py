"""Awkward calls, chats and surveys."""

from datetime import datetime

from strange_scene import AGENTS, AS_OF, DAY, NEARLY, SYSTEMS, TEAMS, TOPICS, Scene
from worlds import Row, hours, seconds

LEG_OUTCOMES = ["answered"] * 6 + ["abandoned", "abandoned", "voicemail", "callback_requested", "failed"]
END_REASONS = [
    "customer_left",
    "customer_left",
    "agent_closed",
    "timeout",
    "error",
    "usage_limit",
    "offline",
    None,
]
CHAT_OUTCOMES = [None, None, None, "resolved_confirmed", "resolved_task", "unresolved"]
HANDOVER_REASONS = ["customer_request", "customer_request", "error", "outage", "usage_limit", None]


def old_call(scene: Scene, system: str) -> None:
    """So long ago that nothing after the epoch is left-censored."""
    at = scene.epoch - hours(30 * 24)
    times = {"started_at": at, "answered_at": at, "ended_at": at + seconds(60)}
    scene.add("calls", call_id=scene.new_id("call"), source_system=system, outcome="answered", **times)


def switchboard(scene: Scene) -> None:
    """One number with ten other identifiers of a kind, or with one more."""
    kind = scene.one_of(["customer_id", "customer_email"])
    system = scene.one_of(SYSTEMS)
    for number in range(scene.one_of([10, 11])):
        other = f"desk{number}" if kind == "customer_id" else f"desk{number}@example.org"
        legs(scene, system, {kind: other, "customer_phone": "+4989000"})


def call(scene: Scene) -> None:
    system = scene.one_of(SYSTEMS)
    legs(scene, system, scene.identity(scene.one_of(scene.people), system))


def legs(scene: Scene, system: str, identity: Row) -> None:
    """A call, passed on or not; of later legs not everything is known."""
    root, started_at = scene.new_id("call"), scene.start()
    same = {
        "direction": scene.one_of(["inbound"] * 8 + ["outbound", None]),
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
        started_at = max(leg.get("ended_at") or started_at, started_at) + seconds(scene.one_of([1, 60]))
        if started_at > AS_OF or leg.get("answered_at") is None:
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
    if outcome in ("answered", "abandoned") and not is_left_in_menu:
        leg["queued_at"] = scene.maybe(queued_at)
    if outcome == "answered":
        waited = scene.number(0, (ended_at - queued_at) // seconds(1))
        leg |= {
            "answered_at": scene.maybe(queued_at + seconds(waited), 12),
            "agent_id": scene.one_of(AGENTS),
            "wrap_seconds": scene.one_of([None, 0, 20, 600]),
            "resolved": scene.one_of([None, True, False]),
        }
        if leg["answered_at"] and scene.is_rare(12):
            leg["outcome"] = None
        if leg["answered_at"] and scene.is_rare(15):
            leg["ended_at"] = None
    if outcome == "ivr_contained":
        leg["resolved"] = scene.one_of([None, None, True, False])
    return leg


def chat(scene: Scene) -> None:
    """A bot with or without a hand-over, or a person; the customer mostly speaks first."""
    system = scene.one_of(SYSTEMS)
    chat_id, started_at, agent = scene.new_id("chat"), scene.start(), scene.one_of(AGENTS)
    has_bot, is_greeted = not scene.is_rare(3), scene.is_rare(4)
    now, asked_at, joined_at = started_at, None, None
    senders = ["customer", "customer", "system"] + (
        ["bot", "bot", "bot?", "bot!"] if has_bot else ["agent", "agent"]
    )
    for number in range(scene.number(0, 8)):
        now += seconds(scene.one_of([1, 5, 5, 60, 600]))
        if now > AS_OF:
            break
        if has_bot and asked_at is None and number and scene.is_rare(6):
            asked_at, senders = now, ["customer", "system"]
            if not scene.is_rare(3):
                joined_at, senders = now, ["customer", "agent", "agent"]
            continue
        sender = "customer" if number == 0 and not is_greeted else scene.one_of(senders)
        if sender == "agent":
            joined_at = joined_at or now
        _message(scene, system, chat_id, now, sender, agent)
    is_asked_in_writing = asked_at is not None and not scene.is_rare(5)
    scene.add(
        "chats",
        chat_id=chat_id,
        source_system=system,
        **scene.identity(scene.one_of(scene.people), system),
        channel=scene.one_of(["web_chat", "whatsapp", "voice_bot"]),
        topic=scene.one_of(TOPICS),
        started_at=started_at,
        ended_at=scene.maybe(min(max(now, started_at) + seconds(scene.one_of([0, 1, 60, DAY])), AS_OF), 8),
        end_reason=scene.one_of(END_REASONS),
        outcome=scene.one_of(CHAT_OUTCOMES),
        bot_id="robot" if has_bot else None,
        handover_requested_at=asked_at if is_asked_in_writing else None,
        handover_reason=scene.one_of(HANDOVER_REASONS) if is_asked_in_writing else None,
        handover_accepted_at=joined_at if is_asked_in_writing else None,
        queued_at=scene.maybe(asked_at, 3),
        agent_joined_at=scene.maybe(joined_at, 8),
        agent_id=agent if joined_at else None,
        team=scene.one_of(TEAMS),
        is_proactive=scene.is_rare(),
    )


def _message(
    scene: Scene, system: str, chat_id: str, sent_at: datetime, sender: str, agent: str | None
) -> None:
    """`bot?` did not understand, `bot!` is automatic."""
    scene.add(
        "chat_messages",
        message_id=scene.new_id("message"),
        chat_id=chat_id,
        source_system=system,
        sent_at=sent_at,
        sender_type=sender.rstrip("?!"),
        sender_id=agent if sender == "agent" else None,
        is_automated=sender in ("bot!", "system"),
        is_fallback=sender == "bot?",
    )


def surveys(scene: Scene) -> None:
    """A person is asked whether he would recommend us, and again some 90 days after his answer."""
    system = scene.one_of(SYSTEMS)
    identity = scene.identity(scene.one_of(scene.people), system)
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
