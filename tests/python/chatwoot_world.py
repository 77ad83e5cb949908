"""A small Chatwoot by hand: two accounts, six inboxes, 22 conversations of the first week of March 2026 (the 2nd is a Monday).

Each line is a conversation with what happened in it, in UTC. The numbers in reporting_events are what the tool would have written;
where it errs or once erred, the comment says so.
"""

import json
from datetime import datetime, timedelta

SECRET = "Please ring Anna Kowalski at home"

INBOXES = {
    # id: account, channel type, channel id, zone, weekly hours (Monday to Friday) or None
    1: (1, "Channel::Email", 1, "Europe/Berlin", (9, 17)),
    2: (1, "Channel::WebWidget", 1, "UTC", None),
    3: (1, "Channel::WebWidget", 2, "UTC", (9, 17)),
    4: (1, "Channel::TwilioSms", 7, "UTC", None),
    5: (1, "Channel::WebWidget", 3, "UTC", None),
    6: (2, "Channel::Api", 1, "UTC", None),
}
OPEN, RESOLVED, PENDING, SNOOZED = range(4)
BLOCKED = 50

# id: inbox, status, steps. A step: time, what; a time without a day is of the day before it.
# customer, agent (user 1), note, failed, captain, bot, echo (from the channel's own app), rule (an automation), campaign, greeting, csat.
# Events: name, value, value in business hours; `+` copies the row, as a retried job does.
WORLD: dict[int, tuple[int, int, list[tuple]]] = {
    101: (1, RESOLVED, [
        ("2 08:30:00", "customer"), ("09:45:00", "agent"), ("09:45:00", "first_response", 4500, 4500),
        ("10:00:00", "conversation_resolved", 5400, 5400)]),
    102: (1, RESOLVED, [
        ("6 15:30:00", "customer"), ("15:40:00", "note"), ("9 08:15:00", "agent"), ("08:15:00", "first_response", 233100, 2700),
        ("08:20:00", "conversation_resolved", 233400, 3000)]),
    103: (1, RESOLVED, [
        ("3 09:00:00", "customer"), ("09:10:00", "agent"), ("09:10:00", "first_response", 600, 600),
        ("09:20:00", "conversation_resolved", 1200, 1200), ("10:20:00", "customer"), ("10:20:02", "conversation_opened", 3602, 3602),
        ("10:30:00", "agent"), ("10:30:00", "reply_time", 600, 600), ("10:40:00", "conversation_resolved", 6000, 6000)]),
    # Before the tool noted openings.
    104: (1, RESOLVED, [
        ("3 12:00:00", "customer"), ("12:05:00", "agent"), ("12:05:00", "first_response", 300, 300),
        ("12:10:00", "conversation_resolved", 600, 600), ("13:10:00", "customer"), ("13:15:00", "agent"),
        ("13:15:00", "reply_time", 300, 300), ("13:20:00", "conversation_resolved", 4800, 4800)]),
    # Of a blocked contact: resolved when it was made, without an event.
    105: (1, RESOLVED, [("4 10:00:00", "customer")]),
    106: (1, RESOLVED, [
        ("4 11:00:00", "customer"), ("11:10:00", "failed"), ("11:10:00", "first_response", 600, 600), ("11:30:00", "agent"),
        ("11:40:00", "conversation_resolved", 2400, 2400)]),
    107: (1, RESOLVED, [
        ("5 09:00:00", "agent"), ("09:00:00", "first_response", 0, 0), ("09:30:00", "customer"), ("09:50:00", "agent"),
        ("09:50:00", "reply_time", 1200, 1200), ("10:00:00", "conversation_resolved", 3600, 3600)]),
    108: (1, RESOLVED, [
        ("5 10:00:00", "customer"), ("10:20:00", "agent"), ("10:20:00", "first_response+", 1200, 1200),
        ("10:30:00", "conversation_resolved", 1800, 1800)]),
    201: (3, RESOLVED, [
        ("2 10:00:00", "customer"), ("10:00:01", "greeting"), ("10:02:30", "agent"), ("10:02:30", "first_response", 150, 150),
        ("10:03:00", "customer"), ("10:03:40", "agent"), ("10:03:40", "reply_time", 40, 40),
        ("10:05:00", "conversation_resolved", 300, 300)]),
    202: (2, RESOLVED, [
        ("2 10:00:00", "customer"), ("10:00:05", "captain"), ("10:01:00", "customer"), ("10:01:02", "captain"),
        ("10:01:03", "conversation_bot_handoff", 63, 0), ("10:01:03", "conversation_opened", 0, 0), ("10:04:03", "agent"),
        ("10:04:03", "first_response", 180, 0), ("10:05:00", "customer"), ("10:06:00", "agent"), ("10:06:00", "reply_time", 60, 0),
        ("10:10:00", "conversation_resolved", 600, 0)]),
    203: (2, RESOLVED, [
        ("2 11:00:00", "customer"), ("11:00:04", "captain"), ("12:00:04", "conversation_resolved", 3604, 0),
        ("12:00:04", "conversation_bot_resolved", 3604, 0), ("12:00:04", "conversation_captain_inference_resolved", 3604, 0)]),
    # The example of chatwoot#12058: first response counted from creation, after a bot had resolved it and it was opened again.
    204: (2, RESOLVED, [
        ("2 09:00:00", "customer"), ("09:00:10", "captain"), ("09:05:00", "conversation_resolved", 300, 0),
        ("09:05:00", "conversation_bot_resolved", 300, 0), ("6 14:00:00", "customer"), ("14:00:00", "conversation_opened", 363300, 0),
        ("14:10:00", "agent"), ("14:10:00", "first_response@creation", 364200, 0), ("14:20:00", "conversation_resolved", 364800, 0)]),
    # The example of chatwoot#13417: after a hand-over no reply_time was written.
    205: (5, RESOLVED, [
        ("2 13:00:00", "customer"), ("13:01:00", "agent"), ("13:01:00", "first_response", 60, 0), ("13:10:00", "customer"),
        ("13:10:05", "bot"), ("13:11:00", "conversation_bot_handoff", 660, 0), ("13:15:00", "agent"),
        ("13:20:00", "conversation_resolved", 1200, 0)]),
    # Handed over twice.
    206: (5, RESOLVED, [
        ("2 14:00:00", "customer"), ("14:00:05", "bot"), ("14:01:00", "conversation_bot_handoff", 60, 0), ("14:05:00", "agent"),
        ("14:05:00", "first_response", 240, 0), ("14:20:00", "conversation_bot_handoff", 1200, 0),
        ("14:30:00", "conversation_resolved", 1800, 0)]),
    207: (4, RESOLVED, [
        ("2 15:00:00", "customer"), ("15:07:00", "echo"), ("15:07:00", "first_response", 420, 0),
        ("15:10:00", "conversation_resolved", 600, 0)]),
    208: (3, OPEN, [("2 16:00:00", "campaign")]),
    209: (3, SNOOZED, [
        ("3 09:30:00", "customer"), ("09:30:02", "rule"), ("09:40:00", "agent"), ("09:40:00", "first_response", 600, 600)]),
    # Resolved after a day without a word.
    210: (3, RESOLVED, [("3 10:00:00", "customer"), ("4 10:00:00", "conversation_resolved", 86400, 28800)]),
    211: (5, RESOLVED, [
        ("3 11:00:00", "customer"), ("12:00:00", "conversation_resolved", 3600, 0), ("12:00:00", "conversation_bot_resolved", 3600, 0)]),
    212: (3, RESOLVED, [
        ("3 13:00:00", "customer"), ("13:00:30", "agent"), ("13:00:30", "first_response", 30, 30),
        ("13:02:00", "conversation_resolved", 120, 120), ("13:02:01", "csat", 4)]),
    213: (3, RESOLVED, [
        ("3 14:00:00", "customer"), ("14:00:20", "agent"), ("14:00:20", "first_response", 20, 20),
        ("14:01:00", "conversation_resolved", 60, 60), ("14:01:01", "csat", None)]),
    301: (6, OPEN, [("3 15:00:00", "customer"), ("15:01:00", "agent"), ("15:01:00", "first_response", 60, 0)]),
}  # fmt: skip

# message_type, private, status, sender_type, sender_id, attributes of the content, other attributes
MESSAGES = {
    "customer": (0, False, 0, "Contact", "contact", {}, {}),
    "agent": (1, False, 0, "User", 1, {}, {}),
    "note": (1, True, 0, "User", 1, {}, {}),
    "failed": (1, False, 3, "User", 1, {"external_error": "refused"}, {}),
    "captain": (1, False, 0, "Captain::Assistant", 1, {}, {}),
    "bot": (1, False, 0, "AgentBot", 1, {}, {}),
    "echo": (1, False, 0, None, None, {"external_echo": True}, {}),
    "rule": (1, False, 0, None, None, {"automation_rule_id": 3}, {}),
    "campaign": (1, False, 0, "User", 1, {}, {"campaign_id": 9}),
    "greeting": (3, False, 0, None, None, {}, {}),
    "csat": (3, False, 0, None, None, {}, {}),
}


def rows() -> dict[str, list[dict]]:
    """The rows of each table by its name."""
    made = {"conversations": [], "messages": [], "reporting_events": [], "csat_survey_responses": [], "contacts": []}
    for conversation, (inbox, status, steps) in WORLD.items():
        account = INBOXES[inbox][0]
        contact = BLOCKED if conversation == 105 else conversation + 1000
        day, created = "", None
        for at, what, *numbers in steps:
            day, time = at.split() if " " in at else (day, at)
            now = datetime.fromisoformat(f"2026-03-{int(day):02} {time}")
            created = created or now
            at_now = {"account_id": account, "inbox_id": inbox, "conversation_id": conversation, "created_at": now, "updated_at": now}
            if what not in MESSAGES:
                name, at_creation, copies = what.rstrip("+").removesuffix("@creation"), "@creation" in what, what.count("+") + 1
                start = created if at_creation else now - timedelta(seconds=numbers[0])
                event = {"name": name, "value": numbers[0], "value_in_business_hours": numbers[1]}
                event |= {"event_start_time": start, "event_end_time": now}
                made["reporting_events"] += [at_now | event] * copies
                continue
            kind, private, sent, sender, sender_id, content, other = MESSAGES[what]
            made["messages"].append(at_now | {
                "id": len(made["messages"]) + 1, "message_type": kind, "private": private, "status": sent, "sender_type": sender,
                "sender_id": contact if sender_id == "contact" else sender_id, "content": SECRET, "processed_message_content": SECRET,
                "content_type": 9 if what == "csat" else 0,
                # The tool stores this JSON once more encoded, as a JSON string.
                "content_attributes": json.dumps(json.dumps(content)), "additional_attributes": json.dumps(other),
            })  # fmt: skip
            if what == "csat" and numbers[0]:
                answered = now + timedelta(seconds=59)
                made["csat_survey_responses"].append({
                    "account_id": account, "conversation_id": conversation, "message_id": len(made["messages"]), "rating": numbers[0],
                    "feedback_message": SECRET, "contact_id": contact, "created_at": answered, "updated_at": answered})  # fmt: skip
        made["conversations"].append({
            "id": conversation, "account_id": account, "inbox_id": inbox, "status": status, "created_at": created, "updated_at": now,
            "contact_id": contact, "display_id": conversation - 100, "campaign_id": 9 if conversation == 208 else None,
            "assignee_id": None if status == PENDING else 1, "team_id": 1 if account == 1 else None, "priority": 1,
            "cached_label_list": "refund, vip", "additional_attributes": json.dumps({"conversation_language": "de"}),
        })  # fmt: skip
        made["contacts"].append({
            "id": contact, "account_id": account, "name": "Anna Kowalski", "email": f"anna{contact}@example.org",
            "phone_number": f"+4930{contact:06}", "blocked": contact == BLOCKED})  # fmt: skip
    return made | _settings()


def _settings() -> dict[str, list[dict]]:
    hired = datetime(2025, 1, 1)
    week = [
        {"inbox_id": inbox, "account_id": account, "day_of_week": day, "closed_all_day": day in (0, 6),
         "open_hour": 9, "open_minutes": 0, "close_hour": hours[1], "close_minutes": 0}
        for inbox, (account, _, _, _, hours) in INBOXES.items() if hours for day in range(7)
    ]  # fmt: skip
    return {
        "inboxes": [
            {"id": id, "account_id": account, "channel_type": channel, "channel_id": channel_id, "timezone": zone,
             "working_hours_enabled": bool(hours), "name": "Anna's inbox"}
            for id, (account, channel, channel_id, zone, hours) in INBOXES.items()
        ],
        "working_hours": week,
        "channel_twilio_sms": [{"id": 7, "account_id": 1, "medium": 1}],
        "users": [{"id": 1, "name": "Anna Kowalski", "email": "agent@example.org"}],
        "account_users": [{"account_id": account, "user_id": 1, "created_at": hired} for account in (1, 2)],
        "teams": [{"id": 1, "name": "support", "account_id": 1}],
        "team_members": [{"team_id": 1, "user_id": 1}],
        "agent_bots": [{"id": 1, "name": "Rosie", "account_id": None}],
        "agent_bot_inboxes": [{"inbox_id": 5, "agent_bot_id": 1, "status": 0, "account_id": 1}],
        "captain_assistants": [{"id": 1, "name": "Captain", "account_id": 1}],
        "captain_inboxes": [{"captain_assistant_id": 1, "inbox_id": 2}],
    }  # fmt: skip
