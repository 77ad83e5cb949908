"""Which file of a landing folder is which table, a file's header, and a count of its lines from its bytes."""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from service_kpis.errors import CannotStart
from service_kpis.load.contract import Table, landing_tables
from service_kpis.load.guard import shown_file, shown_name

EXTENSIONS = (".csv", ".csv.gz", ".parquet")
CHUNK_BYTES = 1 << 20
LINE_LIMIT_BYTES = 1 << 20
COLUMN_LIMIT = 1_000
NAMES_SHOWN, NAME_SHOWN_CHARACTERS = 50, 100
BLANK_LINE_LIMIT = 10_000_000
REFUSED_LINE_LIMIT = 1_000_000
BLANKS = b" \t\r\n"
# What loaders write in a row that was deleted at its source, and the name by which such a column goes on.
DELETION_MARKS = ("is_deleted", "_fivetran_deleted", "_ab_cdc_deleted_at", "_sdc_deleted_at")
DELETED = "deleted__"
# Control characters, line ends too, and what Python makes of bytes that are not UTF-8.
NO_TEXT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
BLANK_AT_LINE_START = re.compile(rb"\n[ \t\r\n]")


@dataclass(frozen=True)
class LandedFile:
    """One file of a landing folder; `name` is its path relative to the folder, as it may be said."""

    table: str
    path: Path
    name: str

    @property
    def extension(self) -> str:
        """.csv, .csv.gz or .parquet."""
        return extension_of(self.name)


@dataclass(frozen=True)
class Header:
    """Where a table's columns stand among those found: contract name → position from 0.

    A column that says that a row was deleted goes by the name DELETED.
    """

    positions: dict[str, int]
    extra: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class LineCount:
    """Data lines of a file, neither header nor blank lines; `is_plain`: a record's line number follows from
    its position, and the file holds no byte that a CSV reader may take for a line end or text end."""

    lines: int
    is_plain: bool


def find_files(folder: Path) -> list[LandedFile]:
    """The landing files of `folder` and of its sub-folders named after a table, sorted by path.

    Raises CannotStart where the folder is missing or holds none, and for a file that bears a table's name
    but cannot be read as one.
    """
    refuse_no_text(folder)
    if not folder.is_dir():
        raise CannotStart(f"no landing folder {folder}")
    files = [
        LandedFile(table, path, shown_path(path.relative_to(folder).as_posix()))
        for table, path in sorted(candidates(folder), key=lambda found: found[1])
    ]
    for file in files:
        if not file.extension or not file.path.is_file():
            raise CannotStart(
                f"{file.path}: expected a file {' or '.join(EXTENSIONS)} for table {file.table}"
            )
    if not files:
        raise CannotStart(f"no landing table in {folder}: expected e.g. tickets.csv")
    return files


def table_of(name: str) -> str | None:
    """The table that a file name begins with: the longest one that no letter follows."""
    for table in sorted(landing_tables(), key=len, reverse=True):
        if re.match(rf"{table}(?![a-z])", name.lower()):
            return table
    return None


def extension_of(name: str) -> str:
    """The one of EXTENSIONS that `name` ends with, else an empty string."""
    return next((extension for extension in EXTENSIONS if name.lower().endswith(extension)), "")


def shown_path(name: str) -> str:
    """The path of a landing file as it may be said; see `shown_file`."""
    return shown_file(name, extension_of(name))


def candidates(folder: Path) -> Iterator[tuple[str, Path]]:
    """What bears a table's name in a landing folder and in its sub-folders named after one, with the table.

    Raises CannotStart for a folder named as a file is, and for a name that cannot be printed.
    """
    for path in visible(folder):
        if table_of(path.name):
            refuse_no_text(path)
        if not path.is_dir():
            if table := table_of(path.name):
                yield table, path
        elif path.name.lower() in landing_tables():
            for inner in visible(path):
                refuse_no_text(inner)
                yield path.name.lower(), inner
        elif extension_of(path.name) and table_of(path.name):
            raise CannotStart(f"{path} is a folder: name it {table_of(path.name)} to have its files loaded")


def strangers(folder: Path) -> list[str]:
    """Names of what lies in a landing folder and is no table's: nothing of it is read.

    What cannot be printed in them is a question mark.
    """
    return sorted(
        shown_path(NO_TEXT.sub("?", path.name))
        for path in visible(folder)
        if (path.name.lower() not in landing_tables() if path.is_dir() else not table_of(path.name))
    )


def visible(folder: Path) -> list[Path]:
    """What lies in a folder, but for what a dot or _ begins; raises CannotStart where it cannot be read."""
    try:
        return [path for path in folder.iterdir() if not path.name.startswith(("_", "."))]
    except OSError as error:
        raise CannotStart(f"{folder} cannot be read: {error}") from error


def refuse_no_text(path: Path) -> None:
    """Raises CannotStart where a path cannot be printed in one line."""
    if NO_TEXT.search(str(path)):
        raise CannotStart(f"{str(path)!r} has a name that is no text: rename it")


@contextmanager
def open_bytes(file: LandedFile) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked; raises CannotStart where they cannot be read."""
    opener = gzip.open if file.extension == ".csv.gz" else open
    try:
        with opener(file.path, "rb") as stream:
            yield stream
    except (OSError, EOFError, zlib.error) as error:
        raise CannotStart(f"{file.path} cannot be read: {error}") from error


def read_header(file: LandedFile) -> list[str]:
    """The column names on a CSV file's first line, as written; raises CannotStart where there are none."""
    with open_bytes(file) as stream:
        line = stream.readline(LINE_LIMIT_BYTES + 1)
    if len(line) > LINE_LIMIT_BYTES:
        raise CannotStart(f"{file.path}: the header is longer than 1 MiB: is it a line of column names?")
    if not line.strip(BLANKS):
        raise CannotStart(f"{file.path}: no header line")
    try:
        return next(csv.reader([line.decode("utf-8-sig").rstrip("\r\n")], strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CannotStart(f"{file.path}: the header is not a line of UTF-8 CSV: {error}") from error


def match_header(table: Table, found: list[str], where: str) -> Header:
    """Find the table's columns among the names `found`, whatever their case, order and surrounding blanks.

    Raises CannotStart for a required column that is missing, one that stands there twice, and for too many.
    """
    if len(found) > COLUMN_LIMIT:
        raise CannotStart(f"{where}: {len(found):,} columns: export at most {COLUMN_LIMIT:,}")
    names = [name.strip().lower() for name in found]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise CannotStart(f"{table.name}: column {_shown(twice[0], True)} stands twice in {where}")
    positions = {c.name: names.index(c.name) for c in table.columns if c.name in names}
    for column in table.columns:
        if column.is_required and column.name not in positions:
            raise CannotStart(
                f"{table.name}: required column {column.name} is missing in {where};"
                f" found: {', '.join(_shown(name, True) for name in names[:NAMES_SHOWN])}"
            )
    extra = tuple(
        _shown(name) for name in names if name and name not in positions and name not in DELETION_MARKS
    )
    for mark in DELETION_MARKS:
        if mark in names:
            positions[DELETED] = names.index(mark)
    missing = tuple(column.name for column in table.columns if column.name not in positions)
    return Header(positions, extra, missing)


def _shown(name: str, may_be_data: bool = False) -> str:
    """The name as it may be said, cut: to look through one of a whole line's length takes minutes."""
    return shown_name(name[: 2 * NAME_SHOWN_CHARACTERS], may_be_data)[:NAME_SHOWN_CHARACTERS]


def is_blank(line: bytes) -> bool:
    """Whether a line holds nothing but blanks, and not too many of them: such a line is no data."""
    text = line.removesuffix(b"\n")
    return len(text) < LINE_LIMIT_BYTES and not text.strip(BLANKS)


def count_lines(file: LandedFile) -> LineCount:
    """Count a CSV file's data lines from its bytes.

    Raises CannotStart where they cannot be read, or where reading the blank ones alone would take minutes.
    """
    lines, blanks, is_plain, ends_blank = -1, 0, True, False
    with open_bytes(file) as stream:
        # Chunks end where a line ends.
        while chunk := stream.read(CHUNK_BYTES) + stream.readline(LINE_LIMIT_BYTES):
            is_cut = _skip_line(stream, chunk)
            is_plain = is_plain and not is_cut and not _holds_odd_bytes(chunk)
            if _may_hold_blank_lines(chunk):
                for line in chunk.removesuffix(b"\n").split(b"\n"):
                    blank = is_blank(line)
                    is_plain = is_plain and (blank or not ends_blank)
                    lines, blanks, ends_blank = lines + (not blank), blanks + blank, blank
            else:
                lines += chunk.count(b"\n") + (not chunk.endswith(b"\n"))
                is_plain, ends_blank = is_plain and not ends_blank, False
            if blanks > BLANK_LINE_LIMIT:
                raise CannotStart(f"{file.path}: more than {BLANK_LINE_LIMIT:,} blank lines: export it again")
    return LineCount(lines, is_plain)


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one that is longer than LINE_LIMIT_BYTES only so much that it can be told."""
    while line := stream.readline(LINE_LIMIT_BYTES + 1):
        yield line
        _skip_line(stream, line)


def _skip_line(stream: BinaryIO, begun: bytes) -> bool:
    """Read on to the end of the line that has begun; returns whether there was more of it."""
    is_longer = False
    while not begun.endswith(b"\n") and (begun := stream.readline(CHUNK_BYTES)):
        is_longer = True
    return is_longer


def _may_hold_blank_lines(chunk: bytes) -> bool:
    return chunk[0] in BLANKS or BLANK_AT_LINE_START.search(chunk) is not None


def _holds_odd_bytes(chunk: bytes) -> bool:
    """Whether a byte stands there that a CSV reader may take for the end of a line or of a text."""
    return b"\0" in chunk or (b"\r" in chunk and chunk.count(b"\r") != chunk.count(b"\r\n"))
