"""Zendesk's tables in the API's names: as Airbyte lands them, nested, old versions beside new; as dlt does.

No history of fields but the updates of each ticket, no list of merged tickets but the comment and the tag
that a merge writes, no holidays, and not which schedule a ticket has. What dlt's source does not bring of
itself, comments and schedules, was added to it; in its updates, fields of one's own have numbers.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from service_kpis.generate.dlt import write_split
from service_kpis.generate.reshape import copy
from service_kpis.generate.shapes.zendesk import schedules


def write_airbyte(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write one Parquet file a table."""
    for name, select in TABLES.items():
        copy(connection, f"SELECT {RAW}, * FROM ({select})", folder / f"{name}.parquet")


def write_dlt(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write one Parquet file a table, arrays in files of their own."""
    newest = "QUALIFY row_number() OVER (PARTITION BY id ORDER BY _airbyte_extracted_at DESC NULLS LAST) = 1"
    for name, select in (TABLES | DLT).items():
        if name not in ("ticket_audits", "audit_logs"):
            rows = f"SELECT * RENAME (_airbyte_extracted_at AS loaded_at) FROM ({select}) {newest}"
            write_split(connection, folder, name, rows, kept=("tags", "custom_fields"))


RAW = """
    uuid()::VARCHAR AS _airbyte_raw_id, '{"changes":[]}'::JSON AS _airbyte_meta, 3 AS _airbyte_generation_id
"""
SOURCE = """{
    channel: via_channel,
    source: {"from": {ticket_ids: merged_ids, ticket_id: followed_id}, "to": {}, rel: via_source_rel}
}"""

TABLES = {
    # Where the original names its follow-ups, one in two does not name it. Of one in 97 an older version
    # landed, too.
    "tickets": f"""
        WITH followed AS (
            SELECT followed_id AS id, list(c.id ORDER BY c.id) AS ids
            FROM ticket_columns AS c WHERE followed_id IS NOT NULL GROUP BY 1
        ), told AS (
            SELECT c.* EXCLUDE (followed_id, via_source_rel), NULL AS merged_ids, coalesce(followed.ids,
                []) AS followup_ids,
                original.id IS NOT NULL AND c.id % 2 = 1 AS is_told_by_original,
                CASE WHEN NOT is_told_by_original THEN c.followed_id END AS followed_id,
                CASE WHEN is_told_by_original AND c.via_source_rel = 'follow_up' THEN NULL
                    ELSE c.via_source_rel END
                    AS via_source_rel
            FROM ticket_columns AS c
            LEFT JOIN followed USING (id) LEFT JOIN ticket_columns AS original ON original.id = c.followed_id
        ), versions AS (
            SELECT *, unnest(CASE WHEN id % 97 = 0 THEN [true, false] ELSE [false] END) AS is_old FROM told
        )
        SELECT id, CASE WHEN is_old THEN 'new' ELSE status END AS status, priority, type, created_at,
            CASE WHEN is_old THEN created_at ELSE updated_at END AS updated_at, due_at, requester_id,
                submitter_id,
            CASE WHEN NOT is_old THEN assignee_id END AS assignee_id, group_id, ticket_form_id, brand_id,
                subject, description,
            to_json({SOURCE}) AS via, to_json({{score: 'unoffered'}}) AS satisfaction_rating,
            to_json([{{id: 1, value: 'shop'}}]) AS custom_fields, to_json(followup_ids) AS followup_ids,
            to_json(['shop'] || CASE WHEN merged_into_ticket_id IS NOT NULL THEN ['closed_by_merge']
                ELSE [] END) AS tags,
            epoch(updated_at)::BIGINT AS generated_timestamp,
            CASE WHEN is_old THEN loaded_at - INTERVAL 1 DAY ELSE loaded_at END AS _airbyte_extracted_at
        FROM versions
    """,
    "ticket_comments": f"""
        WITH merges AS (
            SELECT child.id AS child_id, child.merged_into_ticket_id::BIGINT AS survivor_id, t.closed_at,
                t.loaded_at,
                supervisor.agent_id
            FROM ticket_columns AS child JOIN our_tickets AS t ON t.ticket_id = child.id::VARCHAR
                CROSS JOIN supervisor
            WHERE child.merged_into_ticket_id IS NOT NULL
        ), written AS (
            SELECT m.message_id::BIGINT AS id, m.ticket_id::BIGINT AS ticket_id,
                CASE m.sender_type WHEN 'customer' THEN t.customer_id WHEN 'agent' THEN m.sender_id
                    WHEN 'bot' THEN '3709' ELSE '-1' END::BIGINT AS author_id,
                m.sent_at AS created_at, m.is_public AS "public",
                CASE m.sender_type WHEN 'system' THEN 'rule' WHEN 'bot' THEN 'answer_bot_for_web_widget'
                    ELSE 'web' END
                    AS via_channel,
                CASE m.sender_type WHEN 'system' THEN 'trigger' END AS via_source_rel,
                NULL::BIGINT[] AS merged_ids, m.loaded_at
            FROM our_ticket_messages AS m JOIN our_tickets AS t USING (ticket_id)
            UNION ALL
            SELECT 8000000000 + child_id, child_id, agent_id::BIGINT, closed_at, false, 'web', 'merge',
                [survivor_id],
                loaded_at
            FROM merges
            UNION ALL
            SELECT 9000000000 + child_id, survivor_id, agent_id::BIGINT, closed_at, false, 'web', 'merge',
                [child_id],
                loaded_at
            FROM merges
        )
        SELECT id, ticket_id, author_id, created_at, "public", 'Comment' AS type, 'Comment' AS event_type,
            'Words' AS body,
            to_json({SOURCE.replace("followed_id", "NULL::BIGINT")}) AS via, to_json({{flags: []}})
                AS metadata,
            epoch(created_at)::BIGINT AS timestamp, loaded_at AS _airbyte_extracted_at
        FROM written
    """,
    # One update a ticket, second and person; what it did beside setting fields is none of ours.
    "ticket_audits": """
        WITH numbered AS (SELECT *, row_number() OVER () AS id FROM changes)
        SELECT 7000000000 + min(id) AS id, ticket_id::BIGINT AS ticket_id, author_id::BIGINT AS author_id,
            occurred_at AS created_at, to_json({channel: via_channel, source: {"from": {}, "to": {},
                rel: NULL}}) AS via,
            to_json({system: {client: 'Browser'}}) AS metadata,
            to_json(list({id: id, type: CASE WHEN is_first THEN 'Create' ELSE 'Change' END,
                field_name: field_name,
                value: value, previous_value: previous_value, body: NULL, "public": NULL} ORDER BY id)
                || [{id: 6000000000 + min(id), type: 'Notification', field_name: NULL, value: NULL,
                    previous_value: NULL,
                    body: 'Words', "public": NULL}]) AS events,
            max(loaded_at) AS _airbyte_extracted_at
        FROM numbered GROUP BY ticket_id, occurred_at, author_id, via_channel
    """,
    "users": """
        SELECT people.* EXCLUDE (loaded_at, default_group_id), default_group_id::DOUBLE AS default_group_id,
            'Some Name' AS name,
            false AS shared_phone_number, NULL::BIGINT AS custom_role_id, false AS shared_agent,
                to_json([]) AS tags,
            loaded_at AS _airbyte_extracted_at
        FROM people
    """,
    "groups": """
        SELECT id, name, name = 'night_desk' AS deleted, NULL::TIMESTAMPTZ AS _airbyte_extracted_at
            FROM groups
    """,
    "group_memberships": """
        SELECT row_number() OVER () AS id, agent_id::BIGINT AS user_id, groups.id AS group_id,
            NULL::TIMESTAMPTZ AS _airbyte_extracted_at
        FROM staff JOIN groups ON groups.name = staff.team WHERE agent_id::BIGINT % 5 <> 0
    """,
    "brands": """
        SELECT 700 AS id, 'northwind' AS name, false AS is_deleted, NULL::TIMESTAMPTZ AS _airbyte_extracted_at
    """,
    "ticket_forms": """
        SELECT id, name, TIMESTAMPTZ '2023-02-01 00:00:00Z' AS updated_at, NULL::TIMESTAMPTZ
            AS _airbyte_extracted_at
        FROM forms
    """,
    "audit_logs": """
        SELECT id, 'user' AS source_type, agent_id AS source_id, 'Some Name' AS source_label,
            'Support role changed from ' || role AS change_description, changed_at AS created_at,
            NULL::TIMESTAMPTZ AS _airbyte_extracted_at
        FROM role_changes
    """,
    "schedules": f"""
        SELECT id, name, time_zone, to_json(list({{start_time: start_time, end_time: end_time}}))
                AS intervals, NULL::TIMESTAMPTZ AS _airbyte_extracted_at
        FROM ({schedules.HOURS}) GROUP BY id, name, time_zone
    """,
}
DLT = {
    "ticket_events": """
        WITH numbered AS (
            SELECT *, row_number() OVER () AS id, starts_with(field_name, 'time spent') AS is_own
            FROM changes)
        SELECT 7000000000 + min(id) AS id, ticket_id::BIGINT AS ticket_id, author_id::BIGINT AS updater_id,
            any_value(via_channel) AS via, occurred_at AS created_at, epoch(occurred_at)::BIGINT AS timestamp,
            'Audit' AS event_type,
            to_json(list(json_object('id', id, 'via', via_channel, 'previous_value', previous_value,
                'event_type', CASE WHEN is_first THEN 'Create' ELSE 'Change' END,
                CASE WHEN is_own THEN 'custom_ticket_fields' ELSE field_name END,
                CASE WHEN is_own THEN json_object('1900001', value) ELSE to_json(value) END) ORDER BY id))
                AS child_events,
            max(loaded_at) AS _airbyte_extracted_at
        FROM numbered GROUP BY ticket_id, occurred_at, author_id, via_channel
    """,
}
