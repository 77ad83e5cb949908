"""A small Chatwoot by hand, as rows of its tables: two accounts, six inboxes, 22 conversations.

chatwoot_world.csv has a line per step of a conversation, in UTC, in March 2026 (the 2nd is a Monday).
`what` is a message of this list, or an event with the numbers that the tool wrote of it; `+` writes it
twice, as a retried job does, and `@creation` counts it from creation, as the tool once did. 104 is of
before the tool noted openings, 105 of a blocked contact, 204 the example of chatwoot#12058, 205 that of
chatwoot#13417.
"""

import csv
import json
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

SECRET = "Please ring Anna Kowalski at home"
BLOCKED = {105}
OF_CAMPAIGNS = {208}
STATUSES = {"open": 0, "resolved": 1, "pending": 2, "snoozed": 3}

# Account, channel type, channel id, zone, and from when to when it is open from Monday to Friday.
INBOXES = {
    1: (1, "Channel::Email", 1, "Europe/Berlin", (9, 17)),
    2: (1, "Channel::WebWidget", 1, "UTC", None),
    3: (1, "Channel::WebWidget", 2, "UTC", (9, 17)),
    4: (1, "Channel::TwilioSms", 7, "UTC", None),
    5: (1, "Channel::WebWidget", 3, "UTC", None),
    6: (2, "Channel::Api", 1, "UTC", None),
}

# message_type, private, status, sender_type, attributes of the content, other attributes. Person, bot and
# assistant are all number 1.
MESSAGES = {
    "customer": (0, False, 0, "Contact", {}, {}),
    "agent": (1, False, 0, "User", {}, {}),
    "note": (1, True, 0, "User", {}, {}),
    "failed": (1, False, 3, "User", {"external_error": "refused"}, {}),
    "captain": (1, False, 0, "Captain::Assistant", {}, {}),
    "bot": (1, False, 0, "AgentBot", {}, {}),
    "echo": (1, False, 0, None, {"external_echo": True}, {}),
    "rule": (1, False, 0, None, {"automation_rule_id": 3}, {}),
    "campaign": (1, False, 0, "User", {}, {"campaign_id": 9}),
    "greeting": (3, False, 0, None, {}, {}),
    "csat": (3, False, 0, None, {}, {}),
}
HISTORY = ("conversations", "contacts", "messages", "reporting_events", "csat_survey_responses")


def rows() -> dict[str, list[dict]]:
    """The rows of each table by its name."""
    made = {table: [] for table in HISTORY}
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
        for conversation, steps in groupby(csv.DictReader(lines), lambda line: int(line["conversation"])):
            _live(conversation, list(steps), made)
    return made | _settings()


def _live(conversation: int, steps: list[dict], made: dict[str, list[dict]]) -> None:
    inbox, contact = int(steps[0]["inbox"]), conversation + 1000
    account = INBOXES[inbox][0]
    begun, ended = (datetime.fromisoformat(step["at"]) for step in (steps[0], steps[-1]))
    shared = {"account_id": account, "created_at": begun, "updated_at": ended}
    made["conversations"].append(
        shared
        | {"id": conversation, "inbox_id": inbox, "contact_id": contact, "display_id": conversation - 100}
        | {"status": STATUSES[steps[0]["status"]], "priority": 1, "assignee_id": 1, "team_id": account}
        | {"campaign_id": 9 if conversation in OF_CAMPAIGNS else None, "cached_label_list": "refund, vip"}
        | {"additional_attributes": json.dumps({"conversation_language": "de"})}
    )
    made["contacts"].append(
        {"id": contact, "account_id": account, "name": "Anna Kowalski", "blocked": conversation in BLOCKED}
        | {"email": f"anna{contact}@example.org", "phone_number": f"+4930{contact:06}"}
    )
    for step in steps:
        at = datetime.fromisoformat(step["at"])
        row = {"account_id": account, "conversation_id": conversation, "created_at": at, "updated_at": at}
        if step["what"] in MESSAGES:
            _write(step, row | {"inbox_id": inbox}, contact, made)
        else:
            _note(step, row | {"inbox_id": inbox}, begun, made)


def _write(step: dict, row: dict, contact: int, made: dict[str, list[dict]]) -> None:
    kind, private, status, sender, content, other = MESSAGES[step["what"]]
    message = len(made["messages"]) + 1
    made["messages"].append(
        row
        | {"id": message, "message_type": kind, "private": private, "status": status, "sender_type": sender}
        | {"sender_id": contact if sender == "Contact" else 1 if sender else None}
        | {"content": SECRET, "content_type": 9 if step["what"] == "csat" else 0}
        # The tool stores this JSON once more encoded, as a JSON string.
        | {"content_attributes": json.dumps(json.dumps(content)), "additional_attributes": json.dumps(other)}
    )
    if step["what"] == "csat" and step["value"]:
        answer = {name: row[name] for name in ("account_id", "conversation_id")}
        answered = row["created_at"] + timedelta(seconds=59)
        made["csat_survey_responses"].append(
            answer
            | {"message_id": message, "rating": int(step["value"]), "contact_id": contact}
            | {"feedback_message": SECRET, "created_at": answered, "updated_at": answered}
        )


def _note(step: dict, row: dict, begun: datetime, made: dict[str, list[dict]]) -> None:
    at, value = row["created_at"], float(step["value"])
    event = {
        "name": step["what"].rstrip("+").removesuffix("@creation"),
        "value": value,
        "value_in_business_hours": float(step["value_in_business_hours"]),
        "event_start_time": begun if "@creation" in step["what"] else at - timedelta(seconds=value),
        "event_end_time": at,
    }
    made["reporting_events"] += [row | event] * (step["what"].count("+") + 1)


def _settings() -> dict[str, list[dict]]:
    inboxes, week = [], []
    for inbox, (account, channel, channel_id, zone, hours) in INBOXES.items():
        inboxes.append(
            {"id": inbox, "account_id": account, "name": "Anna's inbox", "channel_type": channel}
            | {"channel_id": channel_id, "timezone": zone, "working_hours_enabled": bool(hours)}
        )
        week += [
            {"inbox_id": inbox, "account_id": account, "day_of_week": day, "closed_all_day": day in (0, 6)}
            | {"open_hour": hours[0], "open_minutes": 0, "close_hour": hours[1], "close_minutes": 0}
            for day in (range(7) if hours else ())
        ]
    hired = datetime(2025, 1, 1)
    return {
        "inboxes": inboxes,
        "working_hours": week,
        "channel_twilio_sms": [{"id": 7, "account_id": 1, "medium": 1}],
        "users": [{"id": 1, "name": "Anna Kowalski", "email": "agent@example.org"}],
        "account_users": [{"account_id": account, "user_id": 1, "created_at": hired} for account in (1, 2)],
        "teams": [{"id": account, "name": "support", "account_id": account} for account in (1, 2)],
        "team_members": [{"team_id": 1, "user_id": 1}],
        "agent_bots": [{"id": 1, "name": "Rosie", "account_id": None}],
        "agent_bot_inboxes": [{"inbox_id": 5, "agent_bot_id": 1, "status": 0, "account_id": 1}],
        "captain_assistants": [{"id": 1, "name": "Captain", "account_id": 1}],
        "captain_inboxes": [{"captain_assistant_id": 1, "inbox_id": 2}],
    }
