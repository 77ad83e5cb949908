"""The generated world: the same every time, dirty as told, and its planted truth true.

What landed is read back here by pyarrow and csv, and the truth is worked out again by plain loops, with no
help from the generator's own code.
"""

import csv
import datetime as dt
import gzip
import hashlib
import io
import json
from collections import Counter, defaultdict
from itertools import accumulate, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.parquet as pq
import pytest

from service_kpis.generate import clock, generate
from service_kpis.generate.operations import seat_visitors
from service_kpis.generate.plan import plan

SIZE, SEED = 3000, 11
SEEDS = Path(__file__).resolve().parents[2] / "seeds"
END = dt.datetime(2025, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
WINDOWS = {"24h": dt.timedelta(hours=24), "48h": dt.timedelta(hours=48), "7d": dt.timedelta(days=7)}
KEYS = {
    "tickets": "ticket_id",
    "ticket_messages": "message_id",
    "ticket_events": "event_id",
    "chats": "chat_id",
    "chat_messages": "message_id",
    "calls": "call_id",
}
KINDS_OF_DIRT = {
    *(
        ("row", rule)
        for rule in ("missing", "unparseable", "before_1990", "after_cutoff", "end_before_start")
    ),
    *(("row", rule) for rule in ("unknown_question", "score_off_scale", "superseded", "orphan")),
    *(("row", rule) for rule in ("before_parent", "ragged_line")),
    *(
        ("value", rule)
        for rule in ("unparseable", "before_1990", "after_cutoff", "before_start", "out_of_range")
    ),
    ("mapping", "unknown_word"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("world") / "landing"
    generate(SIZE, SEED, out)
    return out


@pytest.fixture(scope="module")
def truth(folder) -> list[dict]:
    return pq.read_table(folder / "_truth" / "conversations.parquet").to_pylist()


@pytest.fixture(scope="module")
def dirt(folder) -> list[dict]:
    return pq.read_table(folder / "_truth" / "dirt.parquet").to_pylist()


@pytest.fixture(scope="module")
def landed(folder, dirt) -> dict[str, list[dict]]:
    """Rows of the contact tables without the dirty ones, instants as datetimes."""
    return {
        name: [row for row in read(folder, name) if row[key] not in dirty(dirt, name)]
        for name, key in KEYS.items()
    }


def dirty(dirt: list[dict], name: str) -> set:
    return {None} | {defect["row_key"] for defect in dirt if defect["table_name"] == name}


def read(folder: Path, name: str) -> list[dict]:
    parts = sorted(folder.glob(f"{name}_0*.parquet"))
    rows = [row for part in parts for row in pq.read_table(part).to_pylist()]
    for line in csv.DictReader(csv_text(folder, name)):
        try:
            rows.append({column: typed(column, text) for column, text in line.items()})
        except (ValueError, TypeError, AttributeError):
            continue
    return rows


def csv_text(folder: Path, name: str) -> io.StringIO:
    late = folder / f"{name}_late.csv.gz"
    content = gzip.decompress(late.read_bytes()) if late.exists() else (folder / f"{name}.csv").read_bytes()
    return io.StringIO(content.decode())


def typed(column: str, text: str):
    if text == "":
        return None
    if column.endswith("_at"):
        return dt.datetime.fromisoformat(text)
    return {"true": True, "false": False}.get(text, text)


def files(folder: Path) -> dict[str, str]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}


# The files ------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(folder, tmp_path):
    generate(SIZE, SEED, tmp_path / "again")
    assert files(tmp_path / "again") == files(folder)
    generate(SIZE, SEED + 1, tmp_path / "other")
    assert files(tmp_path / "other")["tickets_000.parquet"] != files(folder)["tickets_000.parquet"]


def test_all_twelve_tables_land_and_open_with_instants_as_instants(folder):
    tables = {
        path.name.split(".")[0].removesuffix("_000").removesuffix("_late") for path in folder.glob("*.*")
    }
    contract = (SEEDS.parent / "models" / "staging" / "landing").glob("_landing__*.yml")
    assert tables == {path.stem.removeprefix("_landing__") for path in contract}
    for path in folder.glob("*.parquet"):
        for field in pq.read_schema(path):
            assert str(field.type) == (
                "timestamp[us, tz=UTC]" if field.name.endswith("_at") else str(field.type)
            )


def test_landed_counts_are_those_of_an_independent_count_of_lines(folder):
    counted = Counter()
    for path in folder.glob("*.parquet"):
        counted[path.stem.removesuffix("_000")] += pq.read_metadata(path).num_rows
    for path in folder.glob("*.csv*"):
        name = path.name.split(".")[0].removesuffix("_late")
        counted[name] += csv_text(folder, name).getvalue().count("\n") - 1
    assert json.loads((folder / "_truth" / "landed.json").read_text()) == counted


def test_the_nightly_drop_holds_the_newest_rows_and_mixes_offset_forms(folder):
    newest = max(row["loaded_at"] for row in pq.read_table(folder / "chat_messages_000.parquet").to_pylist())
    rows = list(csv.DictReader(csv_text(folder, "chat_messages")))
    assert 0.002 < len(rows) / pq.read_metadata(folder / "chat_messages_000.parquet").num_rows < 0.03
    texts = [row["loaded_at"] for row in rows if row["loaded_at"] and row["loaded_at"][:2] == "20"]
    assert all(dt.datetime.fromisoformat(text) > newest for text in texts)
    assert {text[19:] for text in texts} == {"Z", "+00:00", "+02:00", "-0500"}


def test_conversations_number_as_asked(truth):
    assert abs(len(truth) - SIZE) <= 0.03 * SIZE


def test_too_small_a_world_and_a_foreign_folder_are_refused(tmp_path):
    with pytest.raises(ValueError, match="at least 1000"):
        generate(10, 1, tmp_path / "tiny")
    (tmp_path / "_truth").mkdir()
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(FileExistsError, match="something else"):
        generate(SIZE, SEED, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "keep me"


# The dirt -------------------------------------------------------------------------------------------


def test_about_one_row_in_two_hundred_is_dirty_in_every_way(folder, dirt):
    rows = sum(json.loads((folder / "_truth" / "landed.json").read_text()).values())
    assert 0.003 < len(dirt) / rows < 0.008
    assert {(defect["severity"], defect["rule"]) for defect in dirt} == KINDS_OF_DIRT


def test_ragged_lines_are_exactly_the_planted_ones(folder, dirt):
    planted = Counter(defect["table_name"] for defect in dirt if defect["rule"] == "ragged_line")
    found = Counter()
    for path in folder.glob("*.csv*"):
        name = path.name.split(".")[0].removesuffix("_late")
        header, *lines = csv.reader(csv_text(folder, name))
        found[name] = sum(len(line) != len(header) for line in lines)
    assert +found == planted


def test_each_defect_is_where_its_note_says(folder, dirt):
    start = {"tickets": "created_at", "chats": "started_at", "calls": "started_at"}
    is_so = {
        "missing": lambda row, column: row[column] is None,
        "before_1990": lambda row, column: row[column].year < 1990,
        "after_cutoff": lambda row, column: row[column].year > 2090,
        "end_before_start": lambda row, column: row["ended_at"] < row["started_at"],
        "before_start": lambda row, column: (
            row[column] < row["ivr_started_at" if column == "ivr_ended_at" else start[name]]
        ),
        "orphan": lambda row, column: row[column].startswith("no-such"),
        "unknown_word": lambda row, column: row[column] == "carrier_pigeon",
        "out_of_range": lambda row, column: row[column] < -1 or row[column] == 1.7,
    }
    checked = Counter()
    for name, key in KEYS.items():
        rows = {row[key]: row for row in pq.read_table(folder / f"{name}_000.parquet").to_pylist()}
        for defect in dirt:
            row = rows.get(defect["row_key"]) if defect["table_name"] == name else None
            if row and defect["rule"] in is_so:
                assert is_so[defect["rule"]](row, defect["column_name"]), defect
                checked[defect["rule"]] += 1
    assert checked.keys() == is_so.keys()


def test_messages_before_their_parent_are_a_day_before_it(landed, folder, dirt):
    starts = {ticket["ticket_id"]: ticket["created_at"] for ticket in landed["tickets"]}
    messages = {row["message_id"]: row for row in read(folder, "ticket_messages")}
    early = [d for d in dirt if d["table_name"] == "ticket_messages" and d["rule"] == "before_parent"]
    assert early
    for message in (messages[defect["row_key"]] for defect in early):
        assert message["sent_at"] == starts[message["ticket_id"]] - dt.timedelta(days=1)


def test_a_superseded_row_lands_twice_with_two_load_times(folder, dirt):
    chats = read(folder, "chats")
    keys = {d["row_key"] for d in dirt if d["table_name"] == "chats" and d["rule"] == "superseded"}
    assert keys
    for key in keys:
        assert len({chat["loaded_at"] for chat in chats if chat["chat_id"] == key}) == 2


def test_a_rejected_ticket_leaves_no_orphans_behind(folder, dirt):
    refused = {
        defect["row_key"]
        for defect in dirt
        if defect["table_name"] == "tickets"
        and defect["severity"] == "row"
        and defect["rule"] != "superseded"
    } - {None}
    assert refused
    assert not refused & {row["ticket_id"] for row in read(folder, "ticket_messages")}
    assert not refused & {row["ticket_id"] for row in read(folder, "ticket_events")}


# The patterns ---------------------------------------------------------------------------------------


def test_contacts_follow_local_time_through_both_clock_changes():
    at = clock.draw_starts(np.random.default_rng(5), np.zeros(40_000, dtype=int))
    instants = [dt.datetime.fromtimestamp(second, dt.UTC) for second in at.tolist()]
    local = [instant.astimezone(ZoneInfo("Europe/Berlin")) for instant in instants]

    def difference(times):
        summer = Counter(time.hour for time, here in zip(times, local, strict=True) if here.dst())
        winter = Counter(time.hour for time, here in zip(times, local, strict=True) if not here.dst())
        shares = [abs(summer[h] / summer.total() - winter[h] / winter.total()) for h in range(24)]
        return sum(shares) / 2

    assert difference(local) < 0.03 < 0.05 < difference(instants)
    weekdays = Counter(time.isoweekday() for time in local)
    assert weekdays[1] > 2 * weekdays[7]
    hours = Counter(time.hour for time in local)
    assert hours[10] > 10 * hours[3]
    christmas = sum(time.date() == dt.date(2024, 12, 25) for time in local)
    assert 2 * christmas < sum(time.date() == dt.date(2024, 12, 18) for time in local)


def test_the_promotion_doubles_the_volume_and_the_drop_brings_people_back():
    contacts = plan(np.random.default_rng(3), 60_000, 0)
    day = lambda *date: int(dt.datetime(*date, tzinfo=dt.UTC).timestamp())  # noqa: E731
    start = contacts["start"]

    def volume(first, last):
        return ((start >= first) & (start < last)).sum() / (last - first)

    peak = volume(day(2025, 9, 22), day(2025, 10, 2)) / volume(day(2025, 8, 25), day(2025, 9, 22))
    assert 1.6 < peak < 2.4
    topic = contacts["topic"] == 0
    child = contacts["parent"][contacts["parent"] >= 0]
    gap = start[contacts["parent"] >= 0] - contacts["likely_end"][child]
    came_back = np.zeros(len(start), dtype=bool)
    came_back[child[gap <= 48 * 3600]] = True
    in_drop = topic & (start >= day(2025, 5, 5)) & (start < day(2025, 6, 16))
    usual = topic & (start < day(2025, 5, 1))
    assert topic.mean() > 0.1
    assert 2 < came_back[in_drop].mean() / came_back[usual].mean() < 4


def test_a_slot_serves_one_visitor_at_a_time_in_order_of_arrival():
    rng = np.random.default_rng(2)
    arrival, service = rng.integers(0, 20_000, 700), rng.integers(30, 300, 700)
    begin, slot = seat_visitors(arrival, service, 6)
    free = [0] * 6
    for visitor in np.argsort(arrival, kind="stable"):
        assert begin[visitor] == max(arrival[visitor], free[slot[visitor]])
        free[slot[visitor]] = begin[visitor] + service[visitor]
    assert (begin > arrival).mean() > 0.2


def test_no_agent_holds_more_than_three_chats(landed):
    changes = defaultdict(list)
    for chat in landed["chats"]:
        if chat["agent_joined_at"] and chat["ended_at"]:
            changes[chat["agent_id"]] += [(chat["agent_joined_at"], 1), (chat["ended_at"], -1)]
    held = [total for c in changes.values() for total in accumulate(step for _, step in sorted(c))]
    assert len(held) > 100 and max(held) <= 3


def duties(folder: Path, dirt: list[dict]) -> dict[tuple[str, str], list[tuple]]:
    """Begin and end of each clean shift, in time order, by system and agent."""
    found = defaultdict(set)
    for row in read(folder, "agent_shifts"):
        if row["shift_id"] not in dirty(dirt, "agent_shifts") and row["started_at"] and row["ended_at"]:
            found[row["source_system"], row["agent_id"]].add((row["started_at"], row["ended_at"]))
    return {agent: sorted(spans) for agent, spans in found.items()}


def test_nobody_is_on_two_shifts_at_once(folder, dirt):
    spans = defaultdict(list)
    for (_, agent), shifts in duties(folder, dirt).items():
        spans[agent] += shifts
    for shifts in spans.values():
        assert all(ends <= begins for (_, ends), (begins, _) in pairwise(sorted(shifts)))


def test_the_frontline_answers_while_it_is_on_duty(folder, dirt, landed):
    shifts, lost = duties(folder, dirt), dirty(dirt, "agent_shifts")
    answered = [(row, row["answered_at"]) for row in landed["calls"] if row["answered_at"]]
    answered += [(row, row["agent_joined_at"]) for row in landed["chats"] if row["agent_joined_at"]]
    seen = missing = 0
    for row, at in answered:
        if row["team"] in ("eu_frontline", "us_frontline"):
            spans = shifts[row["source_system"], row["agent_id"]]
            missing += not any(begins <= at < ends for begins, ends in spans)
            seen += 1
    # Whose shift was spoiled, and who waited until after closing.
    assert seen > 200 and missing <= len(lost) + 0.03 * seen


def test_nothing_clean_happens_after_the_period(landed):
    for name, rows in landed.items():
        instants = [
            at
            for row in rows
            for c, at in row.items()
            if isinstance(at, dt.datetime) and c not in ("due_at", "loaded_at")
        ]
        assert max(instants) <= END, name
        assert min(instants) >= dt.datetime(2024, 1, 1, tzinfo=dt.UTC), name


# Who is who -----------------------------------------------------------------------------------------


def identifiers(row: dict) -> list[tuple]:
    found = []
    if row["customer_id"]:
        found.append((row["source_system"], row["customer_id"]))
    if row["customer_email"]:
        found.append(("email", row["customer_email"].strip().lower()))
    if row["customer_phone"]:
        found.append(("phone", "".join(c for c in row["customer_phone"] if c.isdigit()).removeprefix("00")))
    return found


def test_landed_identifiers_lead_to_exactly_one_person(landed, truth):
    rows = {
        ("ticket" if name == "tickets" else name[:-1], row.get("root_call_id") or row[KEYS[name]]): row
        for name in ("calls", "chats", "tickets")
        for row in reversed(landed[name])
    }
    seen = Counter(identifier for row in rows.values() for identifier in set(identifiers(row)))
    shared = {identifier for identifier, times in seen.items() if times > 60}
    assert {kind for kind, _ in shared} == {"email", "phone"} and len(shared) == 2
    leader: dict = {}

    def lead(item):
        while leader.setdefault(item, item) != item:
            item = leader[item]
        return item

    for row in rows.values():
        known = [identifier for identifier in identifiers(row) if identifier not in shared]
        for one, other in pairwise(known):
            leader[lead(one)] = lead(other)
    groups, people = defaultdict(set), defaultdict(set)
    for conversation in truth:
        if not conversation["is_clean"]:
            continue
        row = rows[conversation["source_type"], conversation["source_conversation_id"]]
        known = [identifier for identifier in identifiers(row) if identifier not in shared]
        assert bool(identifiers(row)) == (conversation["person_key"] is not None)
        if known:
            groups[lead(known[0])].add(conversation["person_key"])
            people[conversation["person_key"]].add(lead(known[0]))
    assert len(people) > 500
    assert all(len(found) == 1 for found in [*groups.values(), *people.values()])
    assert {"helpdesk_eu", "contact_centre"} <= {row["source_system"] for row in rows.values()}


# The truth, worked out again ------------------------------------------------------------------------


def open_spans(calendar_id: str) -> list[tuple[dt.datetime, dt.datetime]]:
    def seed(name):
        return [
            r
            for r in csv.DictReader((SEEDS / "calendars" / f"{name}.csv").read_text().splitlines())
            if r["calendar_id"] == calendar_id
        ]

    zone = ZoneInfo(seed("business_calendars")[0]["time_zone"])
    closed = {row["holiday_date"] for row in seed("business_holidays")}
    spans, date = [], dt.date(2023, 12, 25)
    while date < dt.date(2026, 1, 10):
        for row in seed("business_hours") if str(date) not in closed else ():
            if int(row["iso_weekday"]) == date.isoweekday():
                first = dt.datetime.fromisoformat(f"{date}T{row['opens_at']}").replace(tzinfo=zone)
                last = dt.datetime.fromisoformat(f"{date}T{row['closes_at']}").replace(tzinfo=zone)
                last = last if last > first else last + dt.timedelta(days=1)
                spans.append((first.astimezone(dt.UTC), last.astimezone(dt.UTC)))
        date += dt.timedelta(days=1)
    return spans


CALENDARS: dict[str, list] = {}


def business_seconds(team: str | None, start: dt.datetime, end: dt.datetime) -> float:
    teams = {
        r["team"]: r["calendar_id"]
        for r in csv.DictReader((SEEDS / "calendars" / "team_calendars.csv").read_text().splitlines())
    }
    calendar_id = teams.get(team, "default")
    if calendar_id not in CALENDARS:
        CALENDARS[calendar_id] = open_spans(calendar_id)
    overlaps = (
        (min(end, last) - max(start, first)).total_seconds() for first, last in CALENDARS[calendar_id]
    )
    return sum(overlap for overlap in overlaps if overlap > 0)


def ticket_conversations(
    ticket: dict, messages: list[dict], events: list[dict], parent_answered
) -> list[dict]:
    """The ticket cut where a customer writes more than 24 hours after the last solve."""
    steps = sorted(
        [(m["sent_at"], 0, "message", m) for m in messages]
        + [(e["occurred_at"], 1, "event", e) for e in events],
        key=lambda step: step[:2],
    )
    pieces, last_solve, status = [[]], None, "new"
    for at, _, kind, row in steps:
        revives = kind == "message" and row["sender_type"] == "customer" and last_solve is not None
        if revives and status in ("solved", "closed") and at - last_solve > dt.timedelta(hours=24):
            pieces.append([])
        pieces[-1].append((at, kind, row))
        if kind == "event" and row["event_type"] == "status_change":
            status = row["to_value"]
            last_solve = at if status == "solved" else last_solve
    return [ticket_conversation(ticket, piece, seq, parent_answered) for seq, piece in enumerate(pieces, 1)]


def ticket_conversation(ticket: dict, piece: list[tuple], seq: int, parent_answered) -> dict:
    public = [(at, row) for at, kind, row in piece if kind == "message" and row["is_public"]]
    replies = [at for at, row in public if row["sender_type"] in ("agent", "bot") and not row["is_automated"]]
    changes = [
        (at, row["to_value"])
        for at, kind, row in piece
        if kind == "event" and row["event_type"] == "status_change"
    ]
    solves = [at for at, word in changes if word == "solved"]
    is_resolved = bool(changes) and changes[-1][1] in ("solved", "closed")
    resolved_at = (
        min((at for at in solves if not replies or at >= replies[-1]), default=None) if is_resolved else None
    )
    start = ticket["created_at"] if seq == 1 else public[0][0]
    asked = [at for at, row in public if row["sender_type"] == "customer" and solves and at > solves[0]]
    words = [at for at, row in public if row["sender_type"] == "customer"]
    late = parent_answered is not None and ticket["created_at"] > parent_answered + WINDOWS["48h"]
    reasons = [word for word in ("spam", "test", "deleted") if ticket["status"] == word]
    reasons += ["merged_child"] if ticket["merged_into_ticket_id"] and not late else []
    reasons += ["outbound"] if ticket["is_outbound"] else []
    in_time = resolved_at is not None and business_seconds(ticket["team"], start, resolved_at) <= 3600
    return {
        "started_at": start,
        "ended_at": resolved_at or max([at for at, _ in public] or [start]),
        "exclusion_reason": reasons[0] if reasons else None,
        # What we wrote before the customer's first word answers nothing.
        "is_served": any(words and reply >= words[0] for reply in replies),
        "is_resolved": is_resolved,
        "is_escalated": any(kind == "event" and row["event_type"] == "escalation" for _, kind, row in piece),
        "is_reopened": any(reply > at for at in asked for reply in replies),
        "in_time": in_time,
    }


def chat_conversation(chat: dict, messages: list[dict]) -> dict:
    spoken = [m for m in sorted(messages, key=lambda m: m["sent_at"]) if not m["is_automated"]]
    asked_at = min((m["sent_at"] for m in spoken if m["sender_type"] == "customer"), default=None)
    senders = {m["sender_type"] for m in spoken if asked_at and m["sent_at"] >= asked_at}
    bot_only = "bot" in senders and "agent" not in senders
    served = bool(senders & {"bot", "agent"})
    stated = chat["outcome"] in ("resolved_confirmed", "resolved_task")
    normal = chat["ended_at"] and chat["end_reason"] in (
        "customer_left",
        "agent_closed",
        "bot_closed",
        "timeout",
    )
    answered = bool(spoken) and spoken[-1]["sender_type"] == "bot" and not spoken[-1]["is_fallback"]
    inferred = served and bool(normal) and (answered or not bot_only)
    unengaged = "customer" not in {m["sender_type"] for m in messages}
    return {
        "started_at": chat["started_at"],
        "ended_at": chat["ended_at"] or max(m["sent_at"] for m in messages),
        "exclusion_reason": "outbound" if chat["is_proactive"] else "unengaged" if unengaged else None,
        "is_served": served,
        "is_resolved": stated if chat["outcome"] else inferred,
        "is_escalated": False,
        "is_reopened": False,
        "in_time": stated or not bot_only,
    }


def call_conversation(legs: list[dict]) -> dict:
    legs = sorted(legs, key=lambda leg: leg["started_at"])
    outcomes = {leg["outcome"] for leg in legs}
    said = [leg["resolved"] for leg in legs if leg["resolved"] is not None]
    served = bool(outcomes & {"answered", "ivr_contained"})
    outbound = legs[0]["direction"] == "outbound"
    return {
        "started_at": legs[0]["started_at"],
        "ended_at": legs[-1]["ended_at"],
        "exclusion_reason": "outbound" if outbound else "failed" if outcomes == {"failed"} else None,
        "is_served": served,
        "is_resolved": said[-1] if said else served,
        "is_escalated": False,
        "is_reopened": False,
        "in_time": True in said or "answered" in outcomes,
    }


@pytest.fixture(scope="module")
def derived(landed, truth) -> list[tuple[dict, dict]]:
    """Each clean conversation of the truth beside what its landed rows say."""
    rows = {name: defaultdict(list) for name in KEYS}
    parents = {"tickets": "ticket_id", "ticket_messages": "ticket_id", "ticket_events": "ticket_id"}
    parents |= {"chats": "chat_id", "chat_messages": "chat_id", "calls": "root_call_id"}
    for name, found in landed.items():
        for row in found:
            rows[name][row[parents[name]]].append(row)

    def answered(ticket_id):
        replies = [
            message["sent_at"]
            for message in rows["ticket_messages"][ticket_id]
            if message["sender_type"] in ("agent", "bot")
            and message["is_public"]
            and not message["is_automated"]
        ]
        return min(replies, default=None)

    pairs = []
    for planted in truth:
        if not planted["is_clean"]:
            continue
        key = planted["source_conversation_id"]
        if planted["source_type"] == "ticket":
            ticket = rows["tickets"][key][0]
            merged = ticket["merged_into_ticket_id"]
            pieces = ticket_conversations(
                ticket,
                rows["ticket_messages"][key],
                rows["ticket_events"][key],
                answered(merged) if merged else None,
            )
            pairs.append((planted, pieces[planted["conversation_seq"] - 1] | {"topic": ticket["topic"]}))
        elif planted["source_type"] == "chat":
            chat = rows["chats"][key][0]
            pairs.append(
                (planted, chat_conversation(chat, rows["chat_messages"][key]) | {"topic": chat["topic"]})
            )
        else:
            legs = rows["calls"][key]
            pairs.append((planted, call_conversation(legs) | {"topic": legs[0]["topic"]}))
    return pairs


def test_the_planted_facts_are_those_of_the_landed_rows(derived):
    assert len(derived) > SIZE / 2
    for planted, found in derived:
        names = [name for name in found if name != "in_time"]
        assert {name: planted[name] for name in names} == {name: found[name] for name in names}, planted
        assert planted["is_countable"] == (found["exclusion_reason"] is None)


def test_the_planted_repeats_and_fcr_follow_from_the_landed_rows(derived):
    people = defaultdict(list)
    for planted, found in derived:
        people[planted["person_key"]].append(found)
    opened = {}
    for planted, found in derived:
        system = planted["source_system"]
        opened[system] = min(opened.get(system, END), found["started_at"])
    for planted, found in derived:
        anchor = (
            found["exclusion_reason"] is None and found["is_served"] and planted["person_key"] is not None
        )
        later = [
            other["started_at"]
            for other in people[planted["person_key"]]
            if other["exclusion_reason"] is None
            and other["started_at"] > found["started_at"]
            and (other["topic"] == found["topic"] or None in (other["topic"], found["topic"]))
        ]
        for name, window in WINDOWS.items():
            repeats = any(start <= found["ended_at"] + window for start in later)
            mature = (
                found["ended_at"] + window <= END
                and found["started_at"] >= opened[planted["source_system"]] + window
            )
            first = found["is_resolved"] and found["in_time"] and not found["is_escalated"]
            first = first and not found["is_reopened"] and not repeats
            assert planted[f"repeats_within_{name}"] == (repeats if anchor else None), planted
            assert planted[f"is_mature_{name}"] == mature
            assert planted[f"fcr_{name}"] == (first if anchor and mature else None), planted


def test_repeats_are_planted_exactly_at_the_window_and_one_second_later(derived):
    people = defaultdict(list)
    for planted, _ in derived:
        if planted["person_key"]:
            people[planted["person_key"]].append(planted)
    for name, window in WINDOWS.items():
        gaps = Counter()
        for anchor, later in [
            (a, b) for p in people.values() for a in p for b in p if a["topic"] == b["topic"]
        ]:
            over = (later["started_at"] - anchor["ended_at"] - window).total_seconds()
            if over in (0, 1) and anchor["repeats_within_7d"] is not None:
                gaps[over] += 1
                assert over == 1 or anchor[f"repeats_within_{name}"] is True
        assert gaps[0] >= 2 and gaps[1] >= 2, name


def test_first_contact_resolution_is_plausible(truth):
    known = [row["fcr_48h"] for row in truth if row["fcr_48h"] is not None]
    assert 0.58 < sum(known) / len(known) < 0.72


def test_every_planted_topic_stands_in_the_seed(truth):
    seeded = {
        row["topic"] for row in csv.DictReader((SEEDS / "words" / "topics.csv").read_text().splitlines())
    }
    assert len(seeded) == 50
    assert {row["topic"] for row in truth} - {None} <= seeded
