"""Small worlds made to be awkward, hundreds of which land together so that one run answers for all of them.

A world knows nothing of the others: its systems, addresses and numbers carry its own number.
"""

from datetime import datetime, time

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from strange_contacts import call, chat, old_call, old_session, surveys, switchboard
from strange_records import record
from strange_scene import NOBODY, ROSTERED, SYSTEMS, Scene
from strange_tickets import ticket, unmapped
from strange_words import garble
from worlds import Row, World

Rows = dict[str, list[Row]]


@st.composite
def scenes(draw: st.DrawFn, is_clean: bool) -> Rows:
    scene = Scene(draw, is_clean)
    for system in SYSTEMS:
        if not scene.is_rare(5):
            old_call(scene, system)
        if scene.is_rare(40):
            old_session(scene, system)
    for _ in range(scene.number(1, 40 if scene.is_rare(20) else 12)):
        scene.one_of([call, call, chat, chat, ticket, ticket, ticket, record, record])(scene)
    if scene.is_dirty(40):
        unmapped(scene)
    if scene.is_rare(20):
        switchboard(scene)
    for _ in range(scene.number(0, 2)):
        surveys(scene)
    for system in SYSTEMS:
        if scene.is_rare(10):
            scene.one_of([_forget_messages, _forget_log, _forget_answers, _forget_hours])(scene, system)
        if not scene.is_rare(4):
            scene.add("agents", agent_id=ROSTERED, source_system=system, is_bot=True)
            scene.add("agents", agent_id="ann", source_system=system, is_bot=False)
    garble(scene)
    return scene.tables


def _forget_messages(scene: Scene, system: str) -> None:
    for table in ("ticket_messages", "chat_messages"):
        rows = scene.tables.get(table, [])
        scene.tables[table] = [row for row in rows if row["source_system"] != system]


def _forget_log(scene: Scene, system: str) -> None:
    """Without a log a ticket that is open again has no solve."""
    events = scene.tables.get("ticket_events", [])
    scene.tables["ticket_events"] = [row for row in events if row["source_system"] != system]
    for row in _of(scene, "tickets", system):
        if row["status"] not in ("solved", "closed"):
            row |= {"solved_at": None, "closed_at": None}


def _forget_answers(scene: Scene, system: str) -> None:
    for row in _of(scene, "calls", system):
        row["answered_at"] = None
        if scene.is_rare(3):
            row["outcome"] = None


def _forget_hours(scene: Scene, system: str) -> None:
    """A tool that lands days and no log."""
    _forget_log(scene, system)
    for row in _of(scene, "tickets", system):
        for name in ("created_at", "solved_at", "closed_at"):
            if row.get(name):
                row[name] = datetime.combine(row[name].date(), time())


def _of(scene: Scene, table: str, system: str) -> list[Row]:
    return [row for row in scene.tables.get(table, []) if row["source_system"] == system]


def drawn(count: int, are_clean: bool = True) -> list[Rows]:
    """So many worlds, the same each time; world number n is drawn from seed n."""
    return [placed(_drawn_from(number, are_clean), number) for number in range(count)]


def _drawn_from(number: int, is_clean: bool) -> Rows:
    found: list[Rows] = []

    # The first example is hypothesis' simplest; the second is drawn from the seed.
    @seed(number)
    @settings(
        max_examples=2,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(scenes(is_clean))
    def draw(scene: Rows) -> None:
        found.append(scene)

    draw()
    return found[-1]


def placed(scene: Rows, number: int) -> Rows:
    """The rows of a world with systems, addresses and numbers of its own."""
    return {table: [_own(row, number) for row in rows] for table, rows in scene.items()}


def _own(row: Row, number: int) -> Row:
    """Ids of calls and chats too: a ticket of another system may name them."""
    own = {**row, "source_system": f"{row['source_system']}{number}"}
    if row.get("conversation_source_system"):
        own["conversation_source_system"] = f"{row['conversation_source_system']}{number}"
    for name in ("call_id", "root_call_id", "chat_id"):
        if row.get(name):
            own[name] = f"{row[name]}_{number}"
    if row.get("conversation_type") in ("call", "chat"):
        own["conversation_id"] = f"{row['conversation_id']}_{number}"
    if row.get("customer_email"):
        own["customer_email"] = row["customer_email"].replace("@", f".{number}@")
    phone = row.get("customer_phone")
    if phone and phone not in NOBODY["customer_phone"]:
        own["customer_phone"] = f"{phone} {number:04}"
    return own


def together(scenes: list[Rows]) -> World:
    """One landing of all worlds."""
    world = World()
    for scene in scenes:
        for table, rows in scene.items():
            world.tables[table] += rows
    return world
