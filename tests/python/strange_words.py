"""Words as tools write them, and words that nobody knows: few, since many would stop the run."""

from strange_scene import Scene

NOBODYS_WORD = "xyzzy"
COLUMNS = {
    "tickets": ["status", "channel"],
    "ticket_messages": ["sender_type"],
    "ticket_events": ["event_type", "to_value"],
    "chats": ["channel", "end_reason", "outcome"],
    "chat_messages": ["sender_type"],
    "calls": ["direction", "outcome"],
}
OTHER_SPELLINGS = {"customer": ["user", "Customer"], "agent": ["admin", "AGENT "], "solved": ["Solved"]}


def garble(scene: Scene) -> None:
    for table, columns in COLUMNS.items():
        for row in scene.tables.get(table, []):
            for column in columns:
                if row.get(column) is not None and scene.is_rare(8):
                    row[column] = _garbled(scene, row[column])


def _garbled(scene: Scene, word: str) -> str:
    if scene.is_dirty(16):
        return NOBODYS_WORD
    spellings = [word.upper(), f" {word.title()}", word.replace("_", "-"), word.replace("_", " ")]
    return scene.one_of([*spellings, *OTHER_SPELLINGS.get(word, [])])
