"""The log of a run for machines: a JSON object per line, `<work>/runs/<run_id>.jsonl`.

| event | says |
|---|---|
| run_started | warehouse, landing, started_at, versions |
| step_ended | a row of quality.run_steps |
| step_repeated | step, reason: it failed for a cause that may pass, and is tried once more |
| node_failed, node_warned | node, kind, file, column: a model or test |
| run_ended | outcome, exit_code, finished_at, as_of, rows, seconds, error |
| alerts_told | alert_ids: a notification of these open alerts was sent |

A log without run_ended is that of a run that was killed.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service_kpis.say import masked

KEPT_LOGS = 100


class RunLog:
    """Writes the log of one run. A log that cannot be written, say on a full disk, is told to `warn` once."""

    def __init__(self, work: Path, run_id: str, warn: Callable[[str], None]):
        self.file = folder(work) / f"{run_id}.jsonl"
        self.run_id = run_id
        self.warn = warn
        self.is_whole = True

    def write(self, event: str, **facts: Any) -> bool:
        """Append one event; returns whether it could be written."""
        now = datetime.now(UTC).replace(tzinfo=None)
        said = _masked({"at": now, "run_id": self.run_id, "event": event, **facts})
        line = json.dumps(said, default=_text) + "\n"
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with open(self.file, "a", encoding="utf-8") as log:
                # A line that was cut short must not take this one with it.
                log.write(line if self.is_whole else "\n" + line)
        except OSError as error:
            if self.is_whole:
                self.warn(f"{self.file} cannot be written: {error}")
            self.is_whole = False
            return False
        return True


def folder(work: Path) -> Path:
    """Where the logs of a work folder lie."""
    return work / "runs"


def read(file: Path) -> list[dict[str, Any]]:
    """The events of a log; lines that were cut short are left out."""
    events = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            events.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return events


def read_all(work: Path, warehouse: Path) -> dict[Path, list[dict[str, Any]]]:
    """The logs of the runs meant for that warehouse, the oldest first; each begins with run_started."""
    logs = {file: read(file) for file in sorted(folder(work).glob("*.jsonl"))}
    return {
        file: events
        for file, events in logs.items()
        if events and events[0]["event"] == "run_started" and events[0]["warehouse"] == masked(str(warehouse))
    }


def prune(work: Path, warehouse: Path) -> None:
    """Delete all logs of the warehouse's runs but the newest; what they say is published by then."""
    for file in list(read_all(work, warehouse))[:-KEPT_LOGS]:
        file.unlink(missing_ok=True)


def told_alerts(work: Path, warehouse: Path) -> set[str]:
    """The alerts of which notifications were sent, as far as the logs reach."""
    events = [event for log in read_all(work, warehouse).values() for event in log]
    return {alert for event in events if event["event"] == "alerts_told" for alert in event["alert_ids"]}


def _masked(fact: Any) -> Any:
    """A fact that may be said; see `masked`."""
    if isinstance(fact, dict):
        return {name: _masked(value) for name, value in fact.items()}
    return masked(str(fact)) if isinstance(fact, str | Path) else fact


def _text(value: Any) -> str:
    """Instants are UTC, and say so."""
    return value.isoformat() + "Z" if isinstance(value, datetime) else str(value)
