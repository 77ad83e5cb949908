"""Tickets that a telephone or chat tool writes about a call or a chat, linked or only near it."""

from datetime import datetime

from strange_scene import AS_OF, NEARLY, SYSTEMS, TEAMS, TOPICS, Scene
from worlds import Row, seconds

# So long after its end a ticket is still a contact's record.
LATE = [1800 + late for late in NEARLY]
CHANNELS = {
    "call": ["phone", "phone", "phone", "email"],
    "web_chat": ["web_chat", "chat", "whatsapp"],
    "whatsapp": ["whatsapp", "chat", "messenger"],
    "chat": ["chat", "in_app", "phone"],
}


def record(scene: Scene) -> None:
    contacts = [(kind, row) for kind in ("call", "chat") for row in scene.tables.get(f"{kind}s", [])]
    if contacts:
        kind, contact = scene.one_of(contacts)
        created_at = _created_at(scene, contact)
        if scene.epoch <= created_at <= AS_OF:
            _write(scene, kind, contact, created_at)


def _created_at(scene: Scene, contact: Row) -> datetime:
    begun = contact["started_at"] + seconds(scene.one_of([-1e-6, 0, 12, 12]))
    late = _end(contact) + seconds(scene.one_of(LATE))
    return scene.one_of([begun, late, late, late])


def _end(contact: Row) -> datetime:
    return contact["ended_at"] or contact["started_at"]


def _write(scene: Scene, kind: str, contact: Row, created_at: datetime) -> None:
    system = contact["source_system"] if not scene.is_rare(4) else scene.one_of(SYSTEMS)
    is_linked, is_solved = scene.is_rare(3), not scene.is_rare(3)
    later = max(created_at, _end(contact) + seconds(scene.one_of(LATE)))
    solved_at = scene.one_of([created_at, created_at + seconds(600), later, later]) if is_solved else None
    if solved_at and solved_at > AS_OF:
        return
    ticket_id = scene.new_id("record")
    same = {"ticket_id": ticket_id, "source_system": system}
    channel = scene.one_of(CHANNELS.get(contact.get("channel", kind), CHANNELS["chat"]))
    scene.add(
        "tickets",
        **same,
        **({f"{kind}_id": contact[f"{kind}_id"]} if is_linked else {}),
        **{name: contact.get(name) for name in ("customer_id", "customer_email", "customer_phone")},
        channel=channel,
        topic=scene.one_of(TOPICS),
        team=scene.one_of(TEAMS),
        status=scene.one_of(["solved", "solved", "closed"]) if is_solved else "open",
        created_at=created_at,
        # Some tools land no instant of it.
        solved_at=solved_at if not scene.is_rare(4) else None,
    )
    if is_solved and scene.is_rare(2):
        scene.add(
            "ticket_events",
            event_id=scene.new_id("event"),
            **same,
            occurred_at=solved_at,
            event_type="status_change",
            actor_type="agent",
            from_value="open",
            to_value="solved",
        )
