"""Saying something: the one function that all messages pass, to the console, logs, people and tracebacks."""

import re
from io import TextIOBase
from typing import TextIO

from rich.console import Console

from service_kpis import personal

HIDDEN = "***"

_NAMES = r"password|passwd|pwd|passphrase|secret|token|(?:api|access|account)[_-]?key|authorization|\bsig"
_NAME_OF_A_SECRET = rf"[\w-]*(?:{_NAMES})"
_SECRETS = (
    # scheme://user:secret@host, and the same without a user; a path of it has lost a slash.
    (r"(\w:/+[^\s/:@\"'<>]*):\S*@", rf"\1:{HIDDEN}@"),
    (r"(\w:/+)[^\s/:@\"'<>]+@", rf"\1{HIDDEN}@"),
    (r"([?&][^\s=&?\"'<>]+=)[^\s&#\"'<>]+", rf"\1{HIDDEN}"),
    (
        rf"(?i)({_NAME_OF_A_SECRET}[\"']?\s*[=:]\s*(?>(?:bearer|basic|token) )?+([\"'])?)"
        r"(?!\*\*\*)(?(2)[^\"']+|[^\s,;&\"']+)",
        rf"\1{HIDDEN}",
    ),
)


def say(console: Console, text: str, style: str = "") -> None:
    """Print text as it is, but for what may not be said; see `masked`."""
    console.print(masked(text), style=style, markup=False, highlight=False, soft_wrap=True)


def masked(text: str) -> str:
    """The text without secrets of URLs and settings, without addresses and telephone numbers."""
    return "\n".join(map(_masked_line, text.split("\n")))


def _masked_line(line: str) -> str:
    for pattern, replacement in _SECRETS:
        line = re.sub(pattern, replacement, line)
    for plain in personal.readings(line):
        if plain != line and (hidden := personal.without_personal(plain, HIDDEN)) != plain:
            return hidden
    return personal.without_personal(line, HIDDEN)


class MaskedStream(TextIOBase):
    """A stream to which everything is written masked."""

    def __init__(self, stream: TextIO):
        self.stream = stream

    def write(self, text: str) -> int:
        self.stream.write(masked(text))
        return len(text)

    def flush(self) -> None:
        self.stream.flush()

    def isatty(self) -> bool:
        return self.stream.isatty()

    def fileno(self) -> int:
        return self.stream.fileno()

    @property
    def encoding(self) -> str:
        return self.stream.encoding
