"""Two Zendesk accounts in one run: one as Fivetran lands it, by hand, and a real sandbox as Airbyte does."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from runs import START, WITHOUT_BOARDS, WITHOUT_EDGES, publish, rows, tables

CUSTOMER, AGENT, GONE, SYSTEM = "501", "11", "12", "-1"
LOADED = "2025-07-01 00:00:00"

# Berlin is UTC+1 until 30 March 2025, UTC+2 since. Monday to Friday 9 to 17; until 15 March to 13.
# 21 April is a holiday.
WEEK = [(day * 1440 + 540, day * 1440 + 1020) for day in range(1, 6)]
SHORT, LONG = (
    json.dumps({day: {"09:00": end} for day in ("mon", "tue", "wed", "thu", "fri")}).replace('"', "&quot;")
    for end in ("13:00", "17:00")
)
NEW, OPEN, SOLVED, CLOSED = "new", "open", "solved", "closed"


class Ticket:
    """One ticket: what happened to it, in order, as rows of three tables."""

    def __init__(self, number: str, created: str, via: str = "email", **columns: str) -> None:
        self.row = {
            "id": number,
            "created_at": created,
            "updated_at": created,
            "via_channel": via,
            "requester_id": CUSTOMER,
            "submitter_id": CUSTOMER,
            "status": NEW,
            "_fivetran_synced": LOADED,
            **columns,
        }
        self.changes: list[dict] = []
        self.comments: list[dict] = []
        self.to(NEW, created, columns.get("submitter_id", CUSTOMER))

    def to(self, status: str, at: str, by: str = AGENT, field: str = "status") -> "Ticket":
        change = {"ticket_id": self.row["id"], "field_name": field, "updated": at, "value": status}
        self.changes.append(change | {"user_id": by, "_fivetran_synced": LOADED})
        if field == "status":
            self.row |= {"status": status, "updated_at": at}
        return self

    def says(self, by: str, at: str, public: bool = True, via: str = "web") -> "Ticket":
        comment = {"id": f"{self.row['id']}0{len(self.comments)}", "ticket_id": self.row["id"], "user_id": by}
        comment |= {"created": at, "public": public, "via_channel": via, "_fivetran_synced": LOADED}
        self.comments.append(comment)
        return self


TICKETS = [
    # 1: answered after 30 minutes, solved after 60, closed days later.
    Ticket("1", "2025-06-02 08:00:00", brand_id="7", group_id="3", assignee_id=AGENT)
    .says(CUSTOMER, "2025-06-02 08:00:00")
    .says(AGENT, "2025-06-02 08:30:00")
    .to(SOLVED, "2025-06-02 09:00:00")
    .to("offered", "2025-06-02 10:00:00", SYSTEM, "satisfaction_score")
    .to("good", "2025-06-02 11:00:00", CUSTOMER, "satisfaction_score")
    .to("bad", "2025-06-02 12:00:00", CUSTOMER, "satisfaction_score")
    .to(CLOSED, "2025-06-06 09:00:00", SYSTEM),
    # 2: solved after 30 minutes; back next morning, answered and solved again. 14:00 to 15:00 and
    # 7:00 to 7:40 are open.
    Ticket("2", "2025-06-03 14:00:00")
    .says(CUSTOMER, "2025-06-03 14:00:00")
    .says(AGENT, "2025-06-03 14:20:00")
    .to(SOLVED, "2025-06-03 14:30:00")
    .says(CUSTOMER, "2025-06-04 07:10:00")
    .to(OPEN, "2025-06-04 07:10:00", CUSTOMER)
    .says(AGENT, "2025-06-04 07:40:00")
    .to(SOLVED, "2025-06-04 07:40:00"),
    # 3: a thank-you after 60 minutes reopens it, and it is solved without a word after 90.
    Ticket("3", "2025-06-03 08:00:00")
    .says(CUSTOMER, "2025-06-03 08:00:00")
    .says(AGENT, "2025-06-03 08:10:00")
    .to(SOLVED, "2025-06-03 08:10:00")
    .says(CUSTOMER, "2025-06-03 09:00:00")
    .to(OPEN, "2025-06-03 09:00:00", CUSTOMER)
    .to(SOLVED, "2025-06-03 09:30:00"),
    # 4: an agent writes first; the second public word of an agent comes after 90 minutes.
    Ticket("4", "2025-06-04 08:00:00", via="web", submitter_id=AGENT)
    .says(AGENT, "2025-06-04 08:00:00")
    .says(CUSTOMER, "2025-06-04 09:00:00")
    .says(AGENT, "2025-06-04 09:30:00"),
    # 5: closed by a rule after a day, never answered, never solved. 8:00 to 15:00 and 7:00 to 8:00 are open.
    Ticket("5", "2025-06-02 08:00:00")
    .says(CUSTOMER, "2025-06-02 08:00:00")
    .to(CLOSED, "2025-06-03 08:00:00", SYSTEM),
    # 6: of the time when it closed at 13: 9:00 to 15:00 in Berlin, four hours of the time, six of today.
    Ticket("6", "2025-03-10 08:00:00")
    .says(CUSTOMER, "2025-03-10 08:00:00")
    .says(AGENT, "2025-03-10 14:00:00"),
    # 7: written on a holiday, answered at 10 the next day.
    Ticket("7", "2025-04-21 08:00:00")
    .says(CUSTOMER, "2025-04-21 08:00:00")
    .says(AGENT, "2025-04-22 08:00:00"),
    # 8: a chat with three messages of an agent, and its transcript.
    Ticket("8", "2025-06-05 08:00:00", via="native_messaging")
    .to(SOLVED, "2025-06-05 08:30:00")
    .says(CUSTOMER, "2025-06-05 08:31:00", via="native_messaging"),
    # 9 goes into 10, which answers after 20 minutes; the last word of 9 is copied.
    Ticket("9", "2025-06-05 09:00:00")
    .says(CUSTOMER, "2025-06-05 09:00:00")
    .to(CLOSED, "2025-06-05 09:10:00"),
    Ticket("10", "2025-06-05 08:50:00", merged_ticket_ids="[9]")
    .says(CUSTOMER, "2025-06-05 08:50:00")
    .says(AGENT, "2025-06-05 09:10:00"),
    # 11 is what the telephone wrote of a call.
    Ticket("11", "2025-06-05 10:00:00", via="voice", via_source_rel="inbound", submitter_id=AGENT),
    # 12 follows 1 and is answered after 10 minutes by one who left since.
    Ticket("12", "2025-06-10 08:00:00", via_followup_source_id="1")
    .says(CUSTOMER, "2025-06-10 08:00:00")
    .to(GONE, "2025-06-10 08:05:00", AGENT, "assignee_id")
    .says(GONE, "2025-06-10 08:10:00"),
    # 13: deleted.
    Ticket("13", "2025-06-11 08:00:00", _fivetran_deleted="true").says(CUSTOMER, "2025-06-11 08:00:00"),
    # 14: a note after 5 minutes, a word after 15; on hold from the 20th to the 50th, pending to the 80th.
    Ticket("14", "2025-06-12 08:00:00")
    .says(CUSTOMER, "2025-06-12 08:00:00")
    .says(AGENT, "2025-06-12 08:05:00", public=False)
    .says(AGENT, "2025-06-12 08:15:00")
    .to("hold", "2025-06-12 08:20:00")
    .to("pending", "2025-06-12 08:50:00")
    .to(SOLVED, "2025-06-12 09:20:00"),
    # 15: solved and back after two days: for us a new conversation.
    Ticket("15", "2025-06-16 08:00:00")
    .says(CUSTOMER, "2025-06-16 08:00:00")
    .says(AGENT, "2025-06-16 08:10:00")
    .to(SOLVED, "2025-06-16 08:10:00")
    .says(CUSTOMER, "2025-06-18 08:10:01")
    .to(OPEN, "2025-06-18 08:10:01", CUSTOMER)
    .says(AGENT, "2025-06-18 08:20:00")
    .to(SOLVED, "2025-06-18 08:20:00"),
]
FIVETRAN = {
    "ticket": [ticket.row for ticket in TICKETS],
    "ticket_field_history": [change for ticket in TICKETS for change in ticket.changes],
    "ticket_comment": [comment for ticket in TICKETS for comment in ticket.comments],
    "user": [
        {"id": CUSTOMER, "role": "end-user", "email": "anna@example.org", "active": "true"},
        {"id": AGENT, "role": "agent", "active": "true"},
        {"id": GONE, "role": "end-user", "active": "false"},
    ],
    "group": [{"id": "3", "name": "Support"}],
    "brand": [{"id": "7", "name": "Shop"}],
    "schedule": [
        {
            "id": "1",
            "name": "EU",
            "time_zone": "Berlin",
            "start_time": start,
            "end_time": end,
            "created_at": "2020-01-01",
        }
        for start, end in WEEK
    ],
    "schedule_holiday": [
        {"id": "1", "schedule_id": "1", "start_date": "2025-04-21", "end_date": "2025-04-21"}
    ],
    "audit_log": [
        {
            "id": "1",
            "source_type": "zendesk/business_hours/workweek",
            "source_id": "9",
            "source_label": "Workweek: EU",
            "created_at": "2025-03-15 10:00:00",
            "change_description": f"Workweek changed from {SHORT} to {LONG}",
        }
    ],
    "ticket_chat": [{"chat_id": "k", "ticket_id": "8", "channel": "native_messaging"}],
    "ticket_chat_event": [
        {
            "chat_id": "k",
            "message_id": n,
            "type": "ChatMessage",
            "actor_id": actor,
            "created_at": f"2025-06-05 08:0{n}:00",
        }
        for n, actor in enumerate([CUSTOMER, f"agent:{AGENT}", f"agent:{AGENT}", f"agent:{AGENT}"])
    ],
    "call_metric": [
        {
            "id": "k1",
            "ticket_id": "11",
            "agent_id": AGENT,
            "direction": "inbound",
            "completion_status": "completed",
        }
        | {"created_at": "2025-06-05 10:00:00", "duration": 300, "talk_time": 240, "time_to_answer": 50}
    ],
}

# Of the real account: what happened when, and the numbers that Zendesk landed (docs/vendors/zendesk.md).
SANDBOX = {
    "tickets": [
        {
            "id": n,
            "created_at": created,
            "updated_at": "2024-09-20T00:00:00Z",
            "status": "open",
            "via": {"channel": "web"},
        }
        | {"requester_id": 360786799676.0, "submitter_id": 360786799676.0}
        for n, created in (
            (159, "2023-10-20T10:57:49Z"),
            (160, "2024-04-12T13:39:06Z"),
            (161, "2024-04-12T13:39:06Z"),
        )
    ],
    "ticket_comments": [
        {
            "id": n,
            "ticket_id": ticket,
            "author_id": author,
            "created_at": at,
            "public": True,
            "via": {"channel": "web"},
        }
        for n, ticket, author, at in (
            (1, 159, 360786799676, "2023-10-20T10:57:49Z"),
            (2, 159, 77, "2024-04-12T13:31:49Z"),
            (3, 160, 360786799676, "2024-04-12T13:39:06Z"),
            (4, 160, 77, "2024-06-19T09:26:06Z"),
        )
    ],
    "ticket_audits": [
        {"id": 10 + n, "ticket_id": ticket, "author_id": author, "created_at": at, "via": {"channel": "web"}}
        | {
            "events": [
                {
                    "id": 100 + n,
                    "type": kind,
                    "field_name": "status",
                    "value": value,
                    "previous_value": before,
                }
            ]
        }
        for n, (ticket, author, at, kind, value, before) in enumerate(
            [
                (159, 360786799676, "2023-10-20T10:57:48Z", "Create", "new", None),
                (159, 77, "2023-10-20T11:29:29Z", "Change", "open", "new"),
                (160, 360786799676, "2024-04-12T13:39:05Z", "Create", "new", None),
                (160, 77, "2024-04-17T15:11:06Z", "Change", "solved", "new"),
                (160, 360786799676, "2024-04-17T15:11:07Z", "Change", "open", "solved"),
                (160, 77, "2024-08-19T16:15:47Z", "Change", "pending", "open"),
                (160, 360786799676, "2024-08-19T16:19:27Z", "Change", "open", "pending"),
            ]
        )
    ],
    "users": [
        {"id": 360786799676, "role": "end-user", "active": True, "updated_at": "2024-01-01T00:00:00Z"},
        {"id": 77, "role": "admin", "active": True, "updated_at": "2024-01-01T00:00:00Z"},
    ],
    "schedules": [
        {
            "id": 4567312249615,
            "name": "Test Schedule",
            "time_zone": "New Caledonia",
            "created_at": "2022-03-25T00:00:00Z",
        }
        | {
            "intervals": [
                {"start_time": start, "end_time": end}
                for start, end in ((1980, 2460), (3420, 3900), (4860, 5340), (6300, 6780), (7830, 8310))
            ]
        }
    ],
    "ticket_metrics": [
        {
            "ticket_id": 159,
            "reply_time_in_minutes": {"calendar": 252154, "business": 60000},
            "replies": 1,
            "reopens": 0,
        }
        | {"requester_wait_time_in_minutes": {"calendar": 32, "business": 0}},
        {
            "ticket_id": 160,
            "reply_time_in_minutes": {"calendar": 97667, "business": 23040},
            "replies": 1,
            "reopens": 1,
        }
        | {"first_resolution_time_in_minutes": {"calendar": 7292, "business": 1440}}
        | {"requester_wait_time_in_minutes": {"calendar": 185916, "business": 43680}}
        | {
            "agent_wait_time_in_minutes": {"calendar": 4, "business": 0},
            "on_hold_time_in_minutes": {"calendar": 0, "business": 0},
        },
        {
            "ticket_id": 161,
            "on_hold_time_in_minutes": {"calendar": 0, "business": 0},
            "replies": 0,
            "reopens": 0,
        },
    ],
}


def land(tables: dict[str, list[dict]], folder: Path, part: str = "") -> None:
    """Write each table as CSV, as a further file of it where `part` says so."""
    folder.mkdir(exist_ok=True)
    for table, records in tables.items():
        columns = dict.fromkeys(name for record in records for name in record)
        with (folder / f"{table}{part}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(records)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("zendesk")
    land(FIVETRAN, folder / "fivetran")
    for stream, records in SANDBOX.items():
        (folder / "airbyte").mkdir(exist_ok=True)
        lines = (
            json.dumps(each | {"_airbyte_extracted_at": "2024-10-01T00:00:00Z"}) + "\n" for each in records
        )
        (folder / "airbyte" / f"{stream}.jsonl").write_text("".join(lines), encoding="utf-8")
    published = folder / "warehouse.duckdb"
    options = [
        "--source",
        f"zendesk:shop={folder / 'fivetran'}",
        "--source",
        f"zendesk:sandbox={folder / 'airbyte'}",
    ]
    options += ["--work", str(folder / "work"), "--warehouse", str(published)]
    program = WITHOUT_EDGES + WITHOUT_BOARDS + START
    done = subprocess.run(
        [sys.executable, "-c", program, "run", *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return published


def compared(warehouse: Path, system: str, ticket: str) -> dict[str, tuple]:
    found = rows(
        warehouse,
        f"""
        select metric, vendor_value, vendor_landed_value, our_value, reason from marts.zendesk_comparison
        where source_system in ('{system}', 'zendesk_{system}') and source_conversation_id = '{ticket}'
        """,
    )
    return {metric: tuple(values) for metric, *values in found}


@pytest.mark.parametrize(
    ("ticket", "metric", "minutes"),
    [
        ("159", "first_reply_calendar", 252154),
        ("159", "first_reply_business", 60000),
        ("159", "requester_wait_calendar", 32),
        ("159", "requester_wait_business", 0),
        ("160", "first_reply_calendar", 97667),
        ("160", "first_reply_business", 23040),
        ("160", "first_resolution_calendar", 7292),
        ("160", "first_resolution_business", 1440),
        ("160", "requester_wait_business", 43680),
        ("160", "agent_wait_calendar", 4),
        ("160", "agent_wait_business", 0),
        ("160", "on_hold_calendar", 0),
    ],
)
def test_the_numbers_of_a_real_account_are_those_that_zendesk_landed(warehouse, ticket, metric, minutes):
    computed, landed, *_ = compared(warehouse, "sandbox", ticket)[metric]
    assert (computed, landed) == (minutes, minutes)


def test_a_reopened_ticket_has_no_full_resolution_and_one_that_never_waited_no_wait(warehouse):
    assert "full_resolution_calendar" not in compared(warehouse, "sandbox", "160")
    assert "agent_wait_calendar" not in compared(warehouse, "sandbox", "159")


@pytest.mark.parametrize(
    ("ticket", "metric", "vendor", "ours", "reason"),
    [
        ("1", "first_reply_calendar", 30, 30, None),
        ("1", "first_reply_business", 30, 30, None),
        ("1", "full_resolution_calendar", 60, 60, None),
        ("1", "replies", 1, 1, None),
        ("1", "one_touch", 1, 1, None),
        ("1", "satisfaction", 0, 0, None),
        ("2", "first_resolution_calendar", 30, 30, None),
        ("2", "full_resolution_calendar", 1060, 1060, None),
        ("2", "full_resolution_business", 100, 100, None),
        ("2", "reopens", 1, 1, None),
        ("3", "full_resolution_calendar", 90, 10, "solve_that_lasted"),
        ("3", "reopens", 1, 0, "reopened_by_rule_of_a_day"),
        ("4", "first_reply_calendar", 90, 30, "not_counted"),
        ("5", "first_resolution_calendar", 1440, 1440, None),
        ("5", "full_resolution_business", 480, 480, None),
        ("5", "one_touch", 1, 0, "zero_replies"),
        ("6", "first_reply_calendar", 360, 360, None),
        ("6", "first_reply_business", 360, 240, "hours_in_force"),
        ("7", "first_reply_business", 60, 60, None),
        ("8", "first_reply_calendar", 1, 1, None),
        ("8", "replies", 1, 3, "chat_is_one_reply"),
        ("10", "first_reply_calendar", 20, 20, None),
        ("12", "first_reply_calendar", 10, 10, None),
        ("14", "first_reply_calendar", 15, 15, None),
        ("14", "requester_wait_calendar", 50, 50, None),
        ("14", "agent_wait_calendar", 30, None, "no_number_of_ours"),
        ("14", "on_hold_calendar", 30, None, "no_number_of_ours"),
        ("15", "full_resolution_calendar", 2900, 10, "new_conversation"),
    ],
)
def test_a_ticket_worked_by_hand_has_both_numbers_and_why_they_differ(
    warehouse, ticket, metric, vendor, ours, reason
):
    computed, landed, our_value, why = compared(warehouse, "shop", ticket)[metric]
    assert (computed, landed, our_value, why) == (vendor, None, ours, reason)


def test_a_deleted_ticket_is_not_measured_and_a_merged_one_not_counted(warehouse):
    assert not compared(warehouse, "shop", "13")
    assert {reason for *_, reason in compared(warehouse, "shop", "9").values()} <= {
        None,
        "not_counted",
        "no_number_of_ours",
    }
    found = rows(
        warehouse,
        "select source_conversation_id, exclusion_reason from core.fct_conversations"
        " where exclusion_reason is not null"
        " and source_system = 'zendesk_shop' and source_type = 'ticket'",
    )
    assert dict(found) == {"4": "outbound", "9": "merged_child", "11": "record_of_contact", "13": "deleted"}


def test_a_call_and_the_ticket_of_it_are_one_contact(warehouse):
    found = rows(
        warehouse,
        "select source_type, wait_seconds from core.fct_conversations"
        " where is_countable and channel = 'phone'",
    )
    assert found == [("call", 50)]


def test_no_id_of_an_agent_and_no_address_is_published(warehouse):
    assert not {"agent_id", "sender_id"} & {
        column
        for (column,) in rows(
            warehouse, "select column_name from information_schema.columns where table_name like 'zendesk%'"
        )
    }


@pytest.mark.slow
def test_history_that_lands_late_rebuilds_its_ticket(tmp_path):
    """What happened on 4 June lands after a run; the next run says what one over all of it says."""
    late, early = {}, dict(FIVETRAN)
    for table, instant in {"ticket_field_history": "updated", "ticket_comment": "created"}.items():
        late[table] = [record for record in FIVETRAN[table] if record[instant].startswith("2025-06-04")]
        early[table] = [record for record in FIVETRAN[table] if record not in late[table]]
        assert late[table]
    land(early, tmp_path / "landed")
    source = ("--source", f"zendesk={tmp_path / 'landed'}")
    seen = {}
    for name, folder in {"early": "first", "late": "first", "whole": "second"}.items():
        if name == "late":
            land(late, tmp_path / "landed", "_2")
        (tmp_path / folder).mkdir(exist_ok=True)
        warehouse = publish(None, tmp_path / folder, *source)
        metrics = compared(warehouse, "zendesk", "2")
        seen[name] = (
            [metrics[metric][0] for metric in ("reopens", "full_resolution_calendar")],
            tables(warehouse),
        )
    # Solved after 30 minutes, and for good after 17 hours and 40 minutes.
    assert (seen["early"][0], seen["late"][0]) == ([0, 30], [1, 1060])
    assert seen["late"] == seen["whole"]
