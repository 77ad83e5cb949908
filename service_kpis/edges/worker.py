"""The process in which Great Expectations runs: begun before it is needed, since its import takes seconds."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Self

QUIET = {"GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "TQDM_DISABLE": "1"}


class Worker:
    """A process that gets ready within this context, and answers one request; each further one has its own.

    It opens no file before it is asked. Its input closes with this process, however that ends, and it ends
    then: it must not outlive a run, or it would hold the build file of the next.
    """

    def __enter__(self) -> Self:
        self._ready = None
        # Where it cannot be begun, who asks is told.
        with suppress(OSError):
            self._ready = _Process()
        return self

    def __exit__(self, *error: object) -> None:
        if self._ready:
            self._ready.end()

    def answer(self, request: dict[str, Any], docs: Path) -> list[dict[str, str]]:
        """What is not met of a request (see `validate`); both stay in the folder `docs`. Raises OSError."""
        docs.mkdir(parents=True, exist_ok=True)
        (docs / "request.json").write_text(json.dumps(request, indent=1))
        process, self._ready = self._ready or _Process(), None
        try:
            process.ask(docs)
        finally:
            process.end()
        return json.loads((docs / "unmet.json").read_text())


class _Process:
    def __init__(self) -> None:
        self.said = TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "service_kpis.edges.validate"],
            env={**os.environ, **QUIET},
            stdin=subprocess.PIPE,
            stdout=self.said,
            stderr=self.said,
            text=True,
        )

    def ask(self, docs: Path) -> None:
        # If it has ended already, it has said why.
        with suppress(BrokenPipeError):
            self.process.stdin.write(f"{docs}\n")
            self.process.stdin.flush()
        if self.process.wait():
            self.said.seek(0)
            raise OSError(self.said.read().strip()[-2000:])

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()
        self.said.close()
