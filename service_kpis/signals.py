"""Being told to end: at once, as by a kill, but what stands in plain text is removed first.

An exception would have to wait until DuckDB has done its statement.
"""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

ENDINGS = (signal.SIGTERM, signal.SIGHUP)

_folders: set[Path] = set()


@contextmanager
def plain_folder(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """A new folder for this block, of mode 0700, which goes when the block or the process is told to end."""
    with TemporaryDirectory(prefix=prefix, dir=parent) as name:
        folder = Path(name)
        _folders.add(folder)
        try:
            yield folder
        finally:
            _folders.discard(folder)


def end_tidily() -> None:
    """Watch out for signals to end, from now on; to be called by the main thread."""
    ours = [number for number in ENDINGS if signal.getsignal(number) is signal.SIG_DFL]
    if not ours:
        return
    told, teller = os.pipe()
    os.set_blocking(teller, False)
    signal.set_wakeup_fd(teller)
    for number in ours:
        signal.signal(number, lambda *_: None)
    Thread(target=_wait, args=(told,), daemon=True).start()


def _wait(told: int) -> None:
    while (number := os.read(told, 1)[0]) not in ENDINGS:
        pass
    for folder in _folders.copy():
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(128 + number)
