"""Sorts the lines of a CSV file that the fast reader refused: those that can be read and those that cannot.

A physical line is one record: no contract column needs a line break within a quoted field, since bodies never
land, and a quote left open so costs its own line only.
"""

import csv
from pathlib import Path

from service_kpis.errors import CannotStart
from service_kpis.load.files import (
    LINE_LIMIT_BYTES,
    REFUSED_LINE_LIMIT,
    LandedFile,
    is_blank,
    lines_of,
    open_bytes,
)

csv.field_size_limit(LINE_LIMIT_BYTES)


class Refused(Exception):
    """A line that cannot be read; the message is the rule that it breaks."""


def sieve(file: LandedFile, width: int, clean: Path, refused: Path) -> int:
    """Sort the file's lines but its header into two headerless CSV files; return how many are clean.

    `clean` gets line number and fields of each line of `width` fields, `refused` line number and rule of each
    other one. Line numbers begin at 1 with the header; blank lines have a number but go nowhere. Raises
    CannotStart where so many are refused that the file is none.
    """
    accepted, rejected = 0, 0
    with (
        open_bytes(file) as stream,
        clean.open("w", encoding="utf-8", newline="") as good,
        refused.open("w", encoding="utf-8") as bad,
    ):
        write = csv.writer(good, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
        for number, line in enumerate(lines_of(stream), start=1):
            if number == 1 or is_blank(line):
                continue
            try:
                write([number, *fields_of(line, width)])
                accepted += 1
            except Refused as rule:
                bad.write(f"{number},{rule}\n")
                rejected += 1
                if rejected > REFUSED_LINE_LIMIT:
                    raise CannotStart(
                        f"{file.path}: more than {REFUSED_LINE_LIMIT:,} lines cannot be read, the last"
                        f" for {rule}: export it again"
                    ) from None
    return accepted


def fields_of(line: bytes, width: int) -> list[str]:
    """The fields of one line.

    Raises Refused with the rule broken: oversized_field (the line is over 1 MiB), nul_byte, not_utf8,
    unclosed_quote (also one closed within its field), ragged_line (not `width` fields, or a line end within).
    """
    if len(line) > LINE_LIMIT_BYTES:
        raise Refused("oversized_field")
    if b"\0" in line:
        raise Refused("nul_byte")
    try:
        text = line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8")
        if "\r" in text:
            raise Refused("ragged_line")
        # Blanks before a quote are skipped, as the fast reader does.
        fields = next(csv.reader([text], strict=True, skipinitialspace=True))
    except UnicodeDecodeError:
        raise Refused("not_utf8") from None
    except csv.Error:
        raise Refused("unclosed_quote") from None
    if len(fields) != width:
        raise Refused("ragged_line")
    return fields
