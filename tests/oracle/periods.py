"""Where the periods of the KPIs begin: with whatever landed first."""

from datetime import date, datetime

from oracle.landing import Landing

BEGINNINGS = {
    "tickets": "created_at",
    "chats": "started_at",
    "calls": "started_at",
    "surveys": "sent_at",
    "self_service_sessions": "started_at",
    "agent_training": "assigned_at",
    "agent_shifts": "started_at",
}


def first_day(landing: Landing, as_of: datetime) -> date:
    instants = [row[name] for table, name in BEGINNINGS.items() for row in landing.get(table, [])]
    months = [date.fromisoformat(f"{row['cost_month']}-01") for row in landing.get("costs", [])]
    return min([at.date() for at in instants if at <= as_of] + months)
