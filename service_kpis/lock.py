"""One run at a time: a lock on a file, freed by the system when its holder ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from service_kpis.errors import CannotStart


class AnotherRun(Exception):
    """Somebody else holds the lock; the message names the holder's process id and start."""


@contextmanager
def hold(lock_file: Path) -> Iterator[None]:
    """Hold `lock_file` while the block runs.

    Raises AnotherRun at once if it is taken, CannotStart if it cannot be written.
    """
    try:
        lock_file.parent.mkdir(parents=True, exist_ok=True)
        # Never truncated on opening (it may be the holder's), never deleted (a waiter may have it open).
        file = open(lock_file, "ab+", buffering=0)  # noqa: SIM115
    except OSError as error:
        raise CannotStart(f"{lock_file.parent} cannot be used: {error}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.truncate(0)
            file.write(f"pid {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n".encode())
        except BlockingIOError:
            file.seek(0)
            holder = file.read().decode().strip() or "just started"
            raise AnotherRun(f"another run is going on ({holder}); it holds {lock_file}") from None
        except OSError as error:
            raise CannotStart(f"{lock_file} cannot be locked: {error}") from error
        yield
