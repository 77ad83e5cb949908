"""What a load did not understand, in words on which one can act: before anything is built."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache

import duckdb

from service_kpis.declared import declared
from service_kpis.load.contract import (
    MODELS,
    WORD_LIMIT_CHARACTERS,
    known_tables,
    landing_tables,
    tables_with,
)
from service_kpis.load.files import LINE_LIMIT_BYTES
from service_kpis.load.nobody import told
from service_kpis.load.sql import SYSTEM, named, quoted
from service_kpis.load.words import (
    UnknownWord,
    landed_words,
    our_words,
    plain_sql,
    too_many,
    unknown_words,
)

NAMES_SHOWN = 5
SURVEY_SCALES = MODELS.parents[2] / "seeds" / "kpis" / "survey_scales.csv"
SURVEY_QUESTIONS = MODELS.parents[2] / "seeds" / "kpis" / "survey_questions.csv"

# What tools call a column of the contract, where the names are not alike.
OTHER_NAMES = {
    "end_time": "ended_at",
    "end_date": "ended_at",
    "start_time": "started_at",
    "created": "created_at",
    "created_date": "created_at",
    "resolved_at": "solved_at",
    "resolution_date": "solved_at",
    "group": "team",
    "assignee_id": "assigned_agent_id",
    "requester_id": "customer_id",
    "from": "customer_phone",
    "author_type": "sender_type",
    "rating": "score",
    "disposition": "outcome",
}

REMEDIES = {
    "not_utf8": "save the file as UTF-8, e.g. iconv -f WINDOWS-1252 -t UTF-8",
    "unclosed_quote": "a line break stands inside a quoted text, or a quote is left open:"
    " export without texts of several lines (none is read), or as Parquet",
    "ragged_line": "the line has more or fewer fields than the header: quote fields that hold a comma",
    "nul_byte": "the line holds a NUL byte: export the file again",
    "oversized_field": f"the line is longer than {LINE_LIMIT_BYTES:,} bytes: export without long texts"
    " (none is read)",
    "oversized_text": f"a text is longer than {WORD_LIMIT_CHARACTERS:,} characters: export without long texts"
    " (none is read)",
    "no_json_object": "each line is one JSON object",
    "unparseable": "times are ISO 8601 such as 2025-03-01T14:30:00Z, numbers have a decimal point",
    "shortened_number": "a spreadsheet has rounded the ids: format the column as text, or export anew",
}


READABLE = {
    "timestamp": "times are ISO 8601 such as 2025-03-01T14:30:00Z",
    "double": "numbers have a decimal point, and nothing else",
    "bigint": "numbers are whole, and nothing else",
    "boolean": "write true or false, yes or no, 1 or 0",
}

# What is not known of a source system that lands nothing in a column.
RESTS_ON = {
    "calls.answered_at": "waits and handle times are not known, and calls are no work in costs and occupancy",
    "calls.ended_at": "handle and resolution times are not known, calls are no work in costs and occupancy,"
    " and an answered call that does not say so counts as resolved",
    "calls.outcome": "a call without an instant of its answer counts as abandoned",
    "chats.handover_requested_at": "a bot's chat that ended as transferred was handed over at an unknown"
    " time, and counts as lost where no person is seen in it",
    "chat_messages.is_fallback": "what a bot did not understand is not known, and its last word counts as an"
    " answer",
    "chats.ended_at": "a chat ends with its last message, and a served one that does not say so counts as"
    " resolved",
}

# Said of those source systems only that land such a word of ours: its column, vocabulary and itself.
ONLY_OF = {
    "chats.handover_requested_at": ("end_reason", "chat_end_reason", "transferred"),
    "chat_messages.is_fallback": ("sender_type", "sender_type", "bot"),
}


# When something happened: plans, rosters, careers and the loader's clock may lie years apart.
TABLES_OF_PLANS = {"agent_shifts", "agents"}
PLANS = {"due_at", "loaded_at"}
# Fewer than so many of a hundred values, and so many days without any between them and the others.
APART_PERCENT = 5
APART_DAYS = 180

# What words of calls leave open where no instant of an answer lands, and what becomes of such calls.
SAY_LITTLE = {
    "unstated": (
        "only that they are over",
        "whether anybody answered is not known, and they are excluded as unmapped",
    ),
    "completed": (
        "that a connection was made",
        "they count as answered, by a voicemail or a queue as well, save those that ended in the menu",
    ),
}


@dataclass
class Findings:
    """What to say: `noted` is as it should be, `said` is not; `stops` are reasons not to start, without a
    value of the data.

    `unknown` are words that nobody knows.
    """

    noted: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    unknown: list[UnknownWord] = field(default_factory=list)


def look(connection: duckdb.DuckDBPyConnection) -> Findings:
    """Look through schema raw, as the loader has left it."""
    findings = Findings(unknown=unknown_words(connection))
    times = (_days, _apart, _reversed)
    columns = (_columns, _unwritten, _unlogged, _ended, _unreadable, *times, _nobody, _national)
    for part in (*columns, _deleted, _scales, _refused, _repeated_ids, _legs, _words, _users):
        part(connection, findings)
    return findings


def _columns(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    files = connection.execute(
        "SELECT table_name, extra_columns, missing_columns FROM raw.landed_files"
        " WHERE extra_columns IS NOT NULL"
    ).fetchall()
    said = {}
    for table, extra, missing in files:
        for column in extra.split(", "):
            said[table, column] = _of_column(table, column, (missing or "").split(", "))
    findings.said += said.values()


def _of_column(table: str, column: str, missing: list[str]) -> str:
    known = OTHER_NAMES.get(column)
    likely = [known] if known in missing else get_close_matches(column, missing, n=1, cutoff=0.75)
    advice = f"; is it {likely[0]}, which is missing? Then rename it" if likely else ""
    return f"{table}: column {column} is none of the landing contract, and is not read{advice}"


def _unwritten(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    """Columns on which KPIs rest and in which a source system wrote nothing."""
    for place, consequence in RESTS_ON.items():
        table, column = place.split(".")
        condition = f"count({column}) = 0"
        if place == "calls.answered_at":
            # Calls that nobody answered have no such instant to miss.
            words = ", ".join(map(quoted, landed_words("call_outcome", ("answered", "completed"))))
            condition += f" AND (count(agent_id) > 0 OR bool_or({plain_sql('outcome')} IN ({words})))"
        if place in ONLY_OF:
            word_column, vocabulary, word = ONLY_OF[place]
            words = ", ".join(map(quoted, landed_words(vocabulary, (word,))))
            condition += f" AND bool_or({plain_sql(word_column)} IN ({words}))"
        systems = connection.execute(
            f"SELECT {SYSTEM} FROM raw.{table} GROUP BY 1 HAVING {condition} ORDER BY 1"
        ).fetchall()
        if systems:
            of_systems = _listed(system for (system,) in systems)
            findings.said.append(f"{place} of source system {of_systems} holds nothing: {consequence}")


def _unlogged(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    """Source systems of tickets without a log of them, and those that do not say when a ticket was solved."""
    systems = connection.execute(
        f"""
        SELECT {SYSTEM}, count(solved_at) + count(closed_at) = 0 FROM raw.tickets GROUP BY 1
        HAVING {SYSTEM} NOT IN (SELECT {SYSTEM} FROM raw.ticket_events) ORDER BY 1
        """
    ).fetchall()
    if systems:
        findings.said.append(
            f"ticket_events of source system {_listed(system for system, _ in systems)} holds nothing:"
            " who reopened a ticket is not known without messages, nor where it was sent on, nor its work"
        )
    if undated := [system for system, is_undated in systems if is_undated]:
        findings.said.append(
            f"tickets.solved_at of source system {_listed(undated)} holds nothing, nor do its events:"
            " what says solved was solved at an unknown time, and is in no resolution time, first contact"
            " resolution and backlog"
        )


def _ended(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    """Calls of a tool that never says when it answers, whose words do not say either whether it did."""
    for word, (meaning, consequence) in SAY_LITTLE.items():
        words = ", ".join(map(quoted, landed_words("call_outcome", (word,))))
        is_such = f"{plain_sql('outcome')} IN ({words}) AND agent_id IS NULL"
        counted = connection.execute(
            f"""
            SELECT {SYSTEM} AS source_system, count(*) FILTER ({is_such}) AS such_count, count(*),
                list(DISTINCT outcome ORDER BY outcome) FILTER ({is_such})
            FROM raw.calls GROUP BY 1 HAVING count(answered_at) = 0 AND such_count > 0 ORDER BY 1
            """
        ).fetchall()
        findings.said += [
            f"calls of source system {system}: {rows:,} of {of_rows:,} say {meaning} ({_listed(landed)}), and"
            f" answered_at holds nothing: {consequence}; land answered_at, or what became of them as outcome"
            for system, rows, of_rows, landed in counted
        ]


def _unreadable(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    """Values that could not be read: they are missing. Where most rows hold such, it stops."""
    # What a spreadsheet would compute stands behind an apostrophe, a lone dash too.
    is_told = told("ltrim(value_text, chr(39))") + " IS NOT NULL"
    unreadable = connection.execute(
        f"""
        SELECT table_name, column_name, count(*),
            arg_min(landed_file_name, (landed_file_name, landed_line_number)),
            arg_min(landed_line_number, (landed_file_name, landed_line_number))
        FROM raw.load_rejects WHERE severity = 'value' AND rule = 'unparseable' AND {is_told}
        GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    for table, name, rows, file, line in unreadable:
        landed = known_tables()[table]
        column = next(column for column in landed.columns if column.name == name)
        counted = f"SELECT count({named(name)}), count(*) FROM {landed.place}"
        read, of_table = connection.execute(counted).fetchone()
        said = findings.stops if rows > of_table / 2 else findings.said
        said.append(
            f"{table}.{name}: {rows:,} of {rows + read:,} values cannot be read and would be missing,"
            f" the first {file}:{line}; {READABLE[column.type]}"
        )


def _days(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    days = connection.execute(
        "SELECT table_name || '.' || column_name, list(source_system ORDER BY source_system)"
        " FROM raw.day_columns WHERE column_name <> 'loaded_at' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    findings.said += [
        f"{column} of source system {_listed(systems)} holds days without times:"
        " no seconds are measured from it"
        for column, systems in days
    ]


def _happened() -> Iterable[tuple[str, list[str]]]:
    """Tables with their columns of instants at which something happened, the first of which began the row."""
    for table in landing_tables().values():
        columns = [c.name for c in table.columns if c.type == "timestamp" and c.name not in PLANS]
        if columns and table.name not in TABLES_OF_PLANS:
            yield table.name, columns


def _apart(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    """Few values that lie far from all others, as mistyped years do: ahead, or in the past."""
    places = []
    for table, columns in _happened():
        for column in columns:
            spells = connection.execute(
                f"""
                WITH days AS (
                    SELECT {column}::DATE AS day, count(*) AS row_count
                    FROM raw.{table} WHERE isfinite({column}) GROUP BY 1
                ),
                begun AS (
                    SELECT *, coalesce(day - lag(day) OVER (ORDER BY day) > {APART_DAYS}, false) AS is_new
                    FROM days
                ),
                spells AS (SELECT *, sum(is_new::INT) OVER (ORDER BY day) AS spell FROM begun)
                SELECT sum(row_count), min(day), max(day) FROM spells GROUP BY spell ORDER BY 1
                """
            ).fetchall()
            few, total = spells[:-1], sum(rows for rows, *_ in spells)
            rows = sum(rows for rows, *_ in few)
            if 0 < 100 * rows < APART_PERCENT * total:
                first, last = min(first for _, first, _ in few), max(last for *_, last in few)
                between = f"on {first}" if first == last else f"from {first} to {last}"
                places.append(f"{table}.{column} ({rows:,} of {total:,}, {between})")
    if places:
        findings.said.append(
            f"values lie over {APART_DAYS} days apart from all others: {_listed(places)}: are their years"
            " mistyped? What lies after the cut-off is left out; what lies long before begins all periods"
            " years too early"
        )


def _reversed(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    """Columns of which many values lie before the beginning of their row, as in another zone."""
    days = connection.execute("SELECT table_name, column_name, source_system FROM raw.day_columns").fetchall()
    for table, (start, *columns) in _happened():
        for column in columns:
            counted = connection.execute(
                f"SELECT {SYSTEM}, count(*) FILTER ({column} < {start}), count({column})"
                f" FROM raw.{table} GROUP BY 1 ORDER BY 1"
            ).fetchall()
            findings.said += [
                f"{table}.{column} of source system {system}: {rows:,} of {total:,} values lie before"
                f" {start} and cannot be used: is one of the two written in another time zone?"
                for system, rows, total in counted
                if rows > rejected_share_limit() * total and (table, column, system) not in days
            ]


def _deleted(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    for table, rows in _rejects(connection, "rule = 'deleted_at_source'", "table_name"):
        findings.said.append(f"{table}: {rows:,} rows were deleted at their source, and are left out")


def _nobody(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    place = "table_name || '.' || column_name"
    for column, rows in _rejects(connection, "rule = 'nobody'", place):
        findings.said.append(
            f"{column}: {rows:,} rows hold what names nobody (such as NULL, a withheld or a rounded number):"
            " they are anonymous"
        )


def _rejects(connection: duckdb.DuckDBPyConnection, condition: str, group: str) -> list[tuple[str, int]]:
    return connection.execute(
        f"SELECT {group}, count(*) FROM raw.load_rejects WHERE {condition} GROUP BY 1 ORDER BY 1"
    ).fetchall()


def _national(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    selects = " UNION ALL ".join(
        f"SELECT {SYSTEM} AS source_system FROM raw.{table} WHERE customer_phone LIKE 'n%'"
        for table in tables_with("customer_phone")
    )
    counted = connection.execute(
        f"SELECT source_system, count(*) FROM ({selects}) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    if counted:
        of_each = _listed(f"{system} ({rows:,})" for system, rows in counted)
        findings.said.append(
            f"telephone numbers without a country match within their source system only: {of_each};"
            f" --phone-country {counted[0][0]}=NL would say that they are, for example, Dutch"
        )


def _scales(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    """Answers on a scale that has no KPI: its top box is nowhere stated. What did not land is as usual."""
    unknown = connection.execute(
        f"""
        WITH scales AS (FROM read_csv({quoted(str(SURVEY_SCALES))}, header = true)),
        usual AS (FROM read_csv({quoted(str(SURVEY_QUESTIONS))}, header = true)),
        answers AS (
            SELECT question, coalesce(landed.scale_min, default_scale_min) AS scale_min,
                coalesce(landed.scale_max, default_scale_max) AS scale_max, count(*) AS row_count
            FROM (SELECT * REPLACE ({plain_sql("question")} AS question) FROM raw.surveys) AS landed
            JOIN usual USING (question)
            WHERE score IS NOT NULL
            GROUP BY ALL
        )
        SELECT question, scale_min, scale_max, row_count FROM answers
        WHERE question IN (SELECT question FROM scales)
            AND (question, scale_min, scale_max) NOT IN (SELECT (question, scale_min, scale_max) FROM scales)
        ORDER BY ALL
        """
    ).fetchall()
    findings.said += [
        f"surveys: {rows:,} answers to {question} on a scale from {low:g} to {high:g} count in no score:"
        " seeds/kpis/survey_scales.csv has no such scale, and answers of two scales are never pooled"
        for question, low, high, rows in unknown
    ]


def _refused(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    """Lines that were refused for how they are written, where they are more than a run may leave out."""
    refused = connection.execute(
        """
        SELECT *, sum(row_count) OVER (PARTITION BY table_name) FROM (
            SELECT table_name, rule, count(*) AS row_count,
                arg_min(landed_file_name, (landed_file_name, landed_line_number)),
                arg_min(landed_line_number, (landed_file_name, landed_line_number)),
                min(column_name)
            FROM raw.load_rejects WHERE severity = 'row' AND rule <> 'deleted_at_source'
            GROUP BY table_name, rule
        ) ORDER BY table_name, row_count DESC
        """
    ).fetchall()
    landed = dict(
        connection.execute(
            "SELECT table_name, sum(landed_row_count) FROM raw.landed_files GROUP BY 1"
        ).fetchall()
    )
    for table, rule, rows, file, line, column, rows_of_table in refused:
        of_column = f", column {column}" if column else ""
        text = f"{table}: {rows:,} lines are refused ({rule}{of_column}), the first {file}:{line}"
        text += f"; {REMEDIES[rule]}" if rule in REMEDIES else ""
        if rows_of_table > rejected_share_limit() * landed.get(table, 0):
            findings.stops.append(text)
        else:
            findings.said.append(text)


def _repeated_ids(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    """Ids that begin anew in each ticket or chat: of each such row all but one would be taken for a copy."""
    parents = {"ticket_messages": "ticket_id", "ticket_events": "ticket_id", "chat_messages": "chat_id"}
    for name, parent in parents.items():
        key = landing_tables()[name].key[0]
        rows, distinct = connection.execute(
            f"SELECT count(*), approx_count_distinct((source_system, {key})) FROM raw.{name}"
        ).fetchone()
        if distinct > 0.9 * rows:
            continue
        with_parent, alone = connection.execute(
            f"SELECT count(DISTINCT (source_system, {parent}, {key})), count(DISTINCT (source_system, {key}))"
            f" FROM raw.{name}"
        ).fetchone()
        if with_parent - alone > rejected_share_limit() * rows:
            findings.stops.append(
                f"{name}: {key} begins anew in each {parent}, {alone:,} ids for {with_parent:,} rows:"
                f" make it unique, e.g. {parent} || '-' || {key}"
            )


def _legs(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    """Legs of calls that bear the id of their call: of each call all but one would be taken for a copy."""
    legs, calls, rows = connection.execute(
        """
        SELECT coalesce(sum(starts), 0), count(*), (SELECT count(*) FROM raw.calls)
        FROM (
            SELECT count(DISTINCT started_at) AS starts FROM raw.calls
            GROUP BY source_system, call_id HAVING starts > 1
        )
        """
    ).fetchone()
    if legs - calls > rejected_share_limit() * rows:
        findings.stops.append(
            f"calls: {calls:,} ids of call_id stand for {legs:,} rows that began at different times, of which"
            f" {legs - calls:,} would be taken for copies: if they are legs of a call, land its id as"
            " root_call_id and make call_id unique, e.g. root_call_id || '-' || started_at"
        )


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


def _words(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    by_place: dict[str, list[UnknownWord]] = {}
    for found in findings.unknown:
        by_place.setdefault(found.place, []).append(found)
    stopping = {found.place for found in too_many(findings.unknown)}
    for place, words in by_place.items():
        shown = _listed(f"{found.word!r} ({found.rows:,}{_nearest(found)})" for found in words)
        rows = sum(found.rows for found in words)
        share = f"{rows:,} of {words[0].of_rows:,} rows, {rows / words[0].of_rows:.1%}"
        ours = ", ".join(our_words(words[0].column.vocabulary))
        findings.said.append(
            f"{place}: nobody knows the words {shown}: {share}; read as other, not known;"
            f" words of ours: {ours}"
        )
        if place in stopping:
            findings.stops.append(f"{place}: {share} hold words that nobody knows, and KPIs rest on them")


def _nearest(found: UnknownWord) -> str:
    if not found.nearest:
        return ""
    known, ours = found.nearest
    return f", like {known!r}" if known == ours else f", like {known!r}, our {ours}"


def _users(connection: duckdb.DuckDBPyConnection, findings: Findings) -> None:
    """A word of two meanings: who says contact, too, and agent of nobody, may speak as Chatwoot does."""
    agents = ", ".join(map(quoted, landed_words("sender_type", ("agent",))))
    for table in ("ticket_messages", "chat_messages"):
        systems = connection.execute(
            f"""
            SELECT {SYSTEM}
            FROM (SELECT source_system, {plain_sql("sender_type")} AS word FROM raw.{table})
            GROUP BY 1
            HAVING bool_or(word = 'user') AND bool_or(word = 'contact') AND NOT bool_or(word IN ({agents}))
            ORDER BY 1
            """
        ).fetchall()
        if systems:
            findings.stops.append(
                f"{table}.sender_type of source system {_listed(system for (system,) in systems)}: user would"
                " be read as a customer, and nobody as an agent; if user is an agent, as in Chatwoot, land"
                " agent instead, else customer"
            )


@cache
def rejected_share_limit() -> float:
    """The share of a table's rows that may be refused, as dbt's variable has it."""
    project = declared(MODELS.parents[2] / "dbt_project.yml")
    return project["vars"]["rejected_share_limit"]
