"""The few words that every SQL text of the loader is written with."""

import os
import re

SYSTEM = "coalesce(nullif(trim(source_system), ''), 'default')"
"""The source system of a row of schema raw."""


def quoted(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def named(identifier: str) -> str:
    """`identifier` as an SQL name."""
    return '"' + identifier.replace('"', '""') + '"'


def utc(instant: str) -> str:
    """The TIMESTAMPTZ expression `instant` as naive UTC, whatever the session's zone; faster than a cast."""
    return f"make_timestamp(epoch_us({instant}))"


def without_value(error: Exception) -> str:
    """The first line of an error, up to what it quotes: that may be a value; a file that is there is none."""
    said = ""
    for text, quoted_text in re.findall(r"""([^"']*)(["'][^"']*["']?)?""", str(error).splitlines()[0]):
        said += text
        if quoted_text and not os.path.exists(quoted_text[1:-1]):
            break
        said += quoted_text
    return said
