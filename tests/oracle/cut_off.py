"""The default cut-off (F16): the newest instant at which something happened, if not alone far ahead."""

from datetime import datetime, timedelta

from oracle.landing import Landing

FAR_AHEAD = timedelta(days=30)
# When the loader came is no event; due dates and rosters are plans.
NO_EVENTS = {"loaded_at", "due_at"}
PLANS = {"agent_shifts"}


def cut_off(landing: Landing, clock: datetime) -> datetime | None:
    events = [rows for table, rows in landing.items() if table not in PLANS]
    return max((newest for rows in events for newest in _newest(rows, clock)), default=None)


def _newest(rows: list[dict], clock: datetime) -> list[datetime]:
    instants = sorted(
        value
        for row in rows
        for name, value in row.items()
        if isinstance(value, datetime) and name not in NO_EVENTS and value <= clock
    )
    if not instants:
        return []
    # The first that at least 999 in a thousand do not exceed.
    usual = instants[-(-len(instants) * 999 // 1000) - 1]
    return [max(at for at in instants if at <= usual + FAR_AHEAD)]
