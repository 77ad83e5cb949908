"""Small worlds made to be awkward, hundreds of which land together so that one run answers for all of them.

A world knows nothing of the others: its systems, addresses and numbers carry its own number.
"""

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from strange_contacts import call, chat, old_call, surveys, switchboard
from strange_scene import SYSTEMS, Scene
from strange_tickets import ticket
from worlds import Row, World

Rows = dict[str, list[Row]]


@st.composite
def scenes(draw: st.DrawFn) -> Rows:
    scene = Scene(draw)
    for system in SYSTEMS:
        if not scene.is_rare(5):
            old_call(scene, system)
    for _ in range(scene.number(1, 40 if scene.is_rare(20) else 12)):
        scene.one_of([call, chat, ticket, ticket])(scene)
    if scene.is_rare(20):
        switchboard(scene)
    for _ in range(scene.number(0, 2)):
        surveys(scene)
    for system in SYSTEMS:
        if scene.is_rare(12):
            _forget(scene, system, scene.one_of(["messages", "log"]))
    return scene.tables


def _forget(scene: Scene, system: str, what: str) -> None:
    """Some tools land no messages, some no log; without a log a ticket that is open again has no solve."""
    tables = scene.tables
    for table in {"messages": ["ticket_messages", "chat_messages"], "log": ["ticket_events"]}[what]:
        tables[table] = [row for row in tables.get(table, []) if row["source_system"] != system]
    if what == "log":
        for row in tables.get("tickets", []):
            if row["source_system"] == system and row["status"] not in ("solved", "closed"):
                row |= {"solved_at": None, "closed_at": None}


def drawn(count: int) -> list[Rows]:
    """So many worlds, the same each time; world number n is drawn from seed n."""
    return [placed(_drawn_from(number), number) for number in range(count)]


def _drawn_from(number: int) -> Rows:
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
    @given(scenes())
    def draw(scene: Rows) -> None:
        found.append(scene)

    draw()
    return found[-1]


def placed(scene: Rows, number: int) -> Rows:
    """The rows of a world with systems, addresses and numbers of its own."""
    return {table: [_own(row, number) for row in rows] for table, rows in scene.items()}


def _own(row: Row, number: int) -> Row:
    own = {**row, "source_system": f"{row['source_system']}{number}"}
    if row.get("conversation_source_system"):
        own["conversation_source_system"] = f"{row['conversation_source_system']}{number}"
    if row.get("customer_email"):
        own["customer_email"] = row["customer_email"].replace("@", f".{number}@")
    if row.get("customer_phone"):
        own["customer_phone"] = f"{row['customer_phone']} {number:04}"
    return own


def together(scenes: list[Rows]) -> World:
    """One landing of all worlds."""
    world = World()
    for scene in scenes:
        for table, rows in scene.items():
            world.tables[table] += rows
    return world
