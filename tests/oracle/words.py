"""Landed words in ours (F10): a word that the map does not know is missing information, never a verdict."""

from functools import cache

from oracle.seeds import seed

UNKNOWN = "other"
UNSTATED = "unstated"
# Of a call: a connection was made and is over.
COMPLETED = "completed"


def our_word(vocabulary: str, landed: str | None) -> str | None:
    """Compared lower-cased and trimmed, `_` and `-` as blanks."""
    plain = _plain(landed or "")
    return _words().get((vocabulary, plain), UNKNOWN) if plain else None


def is_known(word: str | None) -> bool:
    """It landed, we know it, and it says something."""
    return word not in (None, UNKNOWN, UNSTATED, COMPLETED)


def _plain(word: str) -> str:
    return word.lower().replace("_", " ").replace("-", " ").strip()


@cache
def _words() -> dict[tuple[str, str], str]:
    return {(row["vocabulary"], _plain(row["landed_word"])): row["word"] for row in seed("word_map")}
