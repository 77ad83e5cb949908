"""How old the published file is: what a run that never began, and so told nobody, cannot say itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from service_kpis import history
from service_kpis.errors import CannotStart


def old(warehouse: Path, run_within: float, data_within: float | None) -> list[str]:
    """What is too old about the file, nothing if it is fresh; the limits are in hours."""
    try:
        past = history.published(warehouse)
    except CannotStart as error:
        return [str(error)]
    if not past.runs:
        return [f"there is no warehouse {warehouse}"]
    last = past.last_run
    limits = {
        f"the last good run, {last.run_id},": (last.finished_at, run_within),
        "the newest of the data": (last.as_of, data_within),
    }
    now = datetime.now(UTC).replace(tzinfo=None)
    return [
        f"{what} is of {instant:%Y-%m-%d %H:%M} UTC, more than {hours:g} hours ago"
        for what, (instant, hours) in limits.items()
        if hours is not None and now - instant > timedelta(hours=hours)
    ]
