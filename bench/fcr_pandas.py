"""First contact resolution within 48 hours as a data frame script has it: `fcr_pandas.py LANDING`.

Written as such scripts are: one number, from the Parquet files alone (the last week lands as CSV). The
customer is the e-mail address, else the number, else the id, and nothing links the three; a ticket is one
contact however often it comes back, and was never reopened. So its number is higher than the project's: who
comes back under another identifier is a stranger to it.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

CALENDARS = Path(__file__).resolve().parents[1] / "seeds" / "calendars"
WINDOW = pd.Timedelta(hours=48)
SECOND = pd.Timedelta(seconds=1)
WHO = ["customer_id", "customer_email", "customer_phone"]
CONTACT = ["customer", "topic", "started_at", "ended_at", "is_served", "is_resolved"]
SOLVED = ["solved", "closed"]


def read(landing: Path, table: str, columns: list[str]) -> pd.DataFrame:
    """A table's rows, of copies the last, of instants those that can be."""
    files = sorted(landing.glob(f"{table}_[0-9]*.parquet"))
    rows = pd.concat([pd.read_parquet(file, columns=columns) for file in files], ignore_index=True)
    start = next(name for name in columns if name in ("created_at", "started_at", "sent_at", "occurred_at"))
    rows = rows[rows[columns[0]].notna() & rows[start].between("1990-01-01", pd.Timestamp.now(tz="UTC"))]
    return rows.drop_duplicates(columns[0], keep="last")


def customer(contacts: pd.DataFrame) -> pd.Series:
    email = contacts["customer_email"].str.strip().str.lower()
    phone = contacts["customer_phone"].str.replace(r"\D", "", regex=True).str.removeprefix("00")
    return email.fillna(phone).fillna(contacts["customer_id"])


def business_seconds(team: pd.Series, start: pd.Series, end: pd.Series) -> pd.Series:
    """Open seconds of each team's calendar, whose hours are open or closed as a whole."""
    calendars = pd.read_csv(CALENDARS / "business_calendars.csv", index_col="calendar_id")["time_zone"]
    hours, holidays = (
        pd.read_csv(CALENDARS / "business_hours.csv"),
        pd.read_csv(CALENDARS / "business_holidays.csv"),
    )
    team_calendars = pd.read_csv(CALENDARS / "team_calendars.csv", index_col="team")["calendar_id"]
    calendar = team.map(team_calendars).fillna("default")
    first = start.min().floor("D") - pd.Timedelta(days=1)
    grid = pd.date_range(first, max(start.max(), end.max()) + pd.Timedelta(days=1), freq="h")
    seconds = pd.Series(np.nan, index=start.index)
    for name, zone in calendars.items():
        is_open = np.zeros(len(grid), dtype=bool)
        for row in hours[hours["calendar_id"] == name].itertuples():
            opens, closes = int(row.opens_at[:2]), int(row.closes_at[:2])
            # A night's hours belong to the day on which it begins.
            shifted = grid.tz_convert(zone) - pd.Timedelta(hours=opens)
            is_holiday = shifted.strftime("%Y-%m-%d").isin(
                holidays.loc[holidays["calendar_id"] == name, "holiday_date"]
            )
            is_window = shifted.hour < (closes - opens) % 24
            is_open |= is_window & (shifted.isocalendar().day == row.iso_weekday).to_numpy() & ~is_holiday
        before = np.concatenate([[0], np.cumsum(is_open)]) * 3600

        def until(at: pd.Series, is_open=is_open, before=before) -> np.ndarray:
            passed = ((at - first) / SECOND).to_numpy()
            hour = (passed // 3600).astype(int)
            return before[hour] + is_open[hour] * (passed % 3600)

        here = (calendar == name) & end.notna()
        seconds[here] = until(end[here]) - until(start[here])
    return seconds


def tickets(landing: Path) -> pd.DataFrame:
    columns = ["ticket_id", *WHO, "topic", "team", "status", "created_at", "solved_at"]
    rows = read(landing, "tickets", [*columns, "is_outbound", "merged_into_ticket_id"])
    rows = rows[~rows["status"].isin(["spam", "deleted", "test"]) & ~rows["is_outbound"]]
    rows = rows[rows["merged_into_ticket_id"].isna()]
    columns = ["message_id", "ticket_id", "sent_at", "sender_type", "is_public", "is_automated"]
    messages = read(landing, "ticket_messages", columns)
    public = messages[messages["is_public"]]
    replies = public[public["sender_type"].isin(["agent", "bot"]) & ~public["is_automated"]]
    events = read(
        landing,
        "ticket_events",
        ["event_id", "ticket_id", "occurred_at", "event_type", "from_value", "to_value"],
    )
    escalated = events.loc[events["event_type"] == "escalation", "ticket_id"]
    solves = events[events["to_value"].isin(SOLVED) & ~events["from_value"].isin(SOLVED)]
    solved_at = rows["ticket_id"].map(solves.groupby("ticket_id")["occurred_at"].min())
    last_word_at = rows["ticket_id"].map(public.groupby("ticket_id")["sent_at"].max())
    rows["customer"], rows["started_at"] = customer(rows), rows["created_at"]
    rows["ended_at"] = solved_at.fillna(last_word_at).fillna(rows["created_at"])
    rows["is_served"] = rows["ticket_id"].isin(replies["ticket_id"])
    in_time = business_seconds(rows["team"], rows["created_at"], solved_at) <= 3600
    rows["is_resolved"] = in_time & ~rows["ticket_id"].isin(escalated) & rows["status"].isin(SOLVED)
    return rows[CONTACT]


def chats(landing: Path) -> pd.DataFrame:
    columns = ["chat_id", *WHO, "topic", "started_at", "ended_at", "end_reason", "outcome", "is_proactive"]
    rows = read(landing, "chats", columns)
    rows = rows[~rows["is_proactive"]]
    columns = ["message_id", "chat_id", "sent_at", "sender_type", "is_automated"]
    messages = read(landing, "chat_messages", columns)
    turns = messages[~messages["is_automated"]]
    asked, by_agent, by_bot = (
        rows["chat_id"].isin(turns.loc[turns["sender_type"] == sender, "chat_id"])
        for sender in ("customer", "agent", "bot")
    )
    last_message_at = rows["chat_id"].map(messages.groupby("chat_id")["sent_at"].max())
    rows["customer"], rows["is_served"] = customer(rows), by_agent | by_bot
    rows["ended_at"] = rows["ended_at"].fillna(last_message_at).fillna(rows["started_at"])
    is_inferred = rows["outcome"].isna() & by_agent & (rows["end_reason"] != "error")
    rows["is_resolved"] = rows["outcome"].isin(["resolved_confirmed", "resolved_task"]) | is_inferred
    return rows.loc[asked, CONTACT]


def calls(landing: Path) -> pd.DataFrame:
    columns = ["call_id", "root_call_id", "direction", *WHO, "topic", "started_at", "ended_at"]
    legs = read(landing, "calls", [*columns, "outcome", "resolved"])
    legs = legs[legs["direction"] == "inbound"]
    legs["customer"] = customer(legs)
    legs["is_served"] = legs["outcome"].isin(["answered", "ivr_contained"])
    rows = (
        legs.sort_values("started_at")
        .groupby("root_call_id", sort=False)
        .agg(
            customer=("customer", "first"),
            topic=("topic", "first"),
            started_at=("started_at", "min"),
            ended_at=("ended_at", "max"),
            is_served=("is_served", "any"),
            resolved=("resolved", "last"),
            outcome=("outcome", "last"),
        )
    )
    stated = rows["resolved"]
    rows["is_resolved"] = stated.where(stated.notna(), rows["outcome"] == "answered").astype(bool)
    return rows.loc[rows["outcome"] != "failed", CONTACT]


def fcr(landing: Path) -> tuple[float, int]:
    """The share of served contacts that were resolved and did not come back, and of how many contacts."""
    contacts = pd.concat([tickets(landing), chats(landing), calls(landing)], ignore_index=True)
    contacts = contacts[contacts["customer"].notna()].sort_values(["customer", "topic", "started_at"])
    next_at = contacts.groupby(["customer", "topic"], sort=False)["started_at"].shift(-1)
    is_repeated = next_at <= contacts["ended_at"] + WINDOW
    first_at, newest_at = contacts["started_at"].min(), contacts["started_at"].max()
    mature = contacts["is_served"] & (contacts["ended_at"] + WINDOW <= newest_at)
    mature &= contacts["started_at"] >= first_at + WINDOW
    resolved = contacts["is_resolved"] & ~is_repeated
    return resolved[mature].mean(), int(mature.sum())


if __name__ == "__main__":
    share, contacts = fcr(Path(sys.argv[1]))
    print(f"first contact resolution within 48 hours {share:.2%} of {contacts:,} contacts")
