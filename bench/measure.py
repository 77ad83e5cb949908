"""What a command took, by the kernel's own count; Linux."""

import os
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

OUTPUT_BLOCK_BYTES = 512


class CommandFailed(Exception):
    """A command that was to be measured did not end well."""


@dataclass(frozen=True)
class Taken:
    """Seconds on the clock and of all cores, the largest memory, and bytes handed to the disk."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    written_bytes: int


def measured(command: list[str], environment: dict[str, str], log: Path) -> Taken:
    """Run a command with its output in `log`; raises CommandFailed with the end of the output."""
    with log.open("wb") as output:
        start = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall_seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        tail = log.read_text(errors="replace")[-2000:]
        raise CommandFailed(f"{' '.join(command)} ended with {process.returncode}:\n{tail}")
    return Taken(
        wall_seconds,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * 1024,
        usage.ru_oublock * OUTPUT_BLOCK_BYTES,
    )


def medians(rounds: list[Taken]) -> Taken:
    """The median of each number by itself."""
    rows = [asdict(taken) for taken in rounds]
    return Taken(**{name: median(row[name] for row in rows) for name in rows[0]})
