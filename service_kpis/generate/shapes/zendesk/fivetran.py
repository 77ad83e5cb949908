"""Zendesk's tables as Fivetran lands them: singular names, a derived history of each field, no metrics."""

from __future__ import annotations

from pathlib import Path

import duckdb

from service_kpis.generate.reshape import copy
from service_kpis.generate.shapes.zendesk import schedules


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write one Parquet file a table."""
    for name, select in TABLES.items():
        copy(connection, select, folder / f"{name}.parquet")


TABLES = {
    # A list of one form or another, or none of it; the follow-ups stand on the original or on the follow-up.
    "ticket": """
        WITH merged AS (
            SELECT merged_into_ticket_id::BIGINT AS id, '[' || string_agg(id::VARCHAR, ',
                ' ORDER BY id) || ']' AS ids
            FROM ticket_columns WHERE merged_into_ticket_id IS NOT NULL GROUP BY 1
        ), followed AS (
            SELECT followed_id AS id, '[' || string_agg(c.id::VARCHAR, ',' ORDER BY c.id) || ']' AS ids
            FROM ticket_columns AS c WHERE followed_id IS NOT NULL GROUP BY 1
        )
        SELECT c.* EXCLUDE (followed_id, merged_into_ticket_id, loaded_at)
                REPLACE (CASE WHEN talks.id IS NULL THEN c.via_channel ELSE 'facebook' END AS via_channel),
            coalesce(merged.ids, CASE c.id % 3 WHEN 0 THEN '[]' WHEN 1 THEN '' END) AS merged_ticket_ids,
            coalesce(followed.ids, '[]') AS followup_ids,
            CASE WHEN c.id % 2 = 0 OR original.id IS NULL THEN c.followed_id END AS via_followup_source_id,
            true AS is_public, false AS has_incidents, talks.id IS NOT NULL AS from_messaging_channel,
            NULL::BOOLEAN AS system_machine_generated, '192.0.2.' || c.id % 200 AS system_ip_address,
            'shop ' || c.id % 9 AS custom_order_shop, c.id % 2 = 0 AS custom_is_vip,
            c.loaded_at AS _fivetran_synced, false AS _fivetran_deleted
        FROM ticket_columns AS c
        LEFT JOIN merged USING (id) LEFT JOIN followed USING (id)
        LEFT JOIN ticket_columns AS original ON original.id = c.followed_id
        LEFT JOIN talks ON talks.id = c.id
    """,
    # Of a talk the comments are what is not said in it, and at the end its transcript.
    "ticket_comment": """
        SELECT m.message_id::BIGINT AS id, m.ticket_id::BIGINT AS ticket_id,
            CASE m.sender_type WHEN 'customer' THEN t.customer_id WHEN 'agent' THEN m.sender_id
                WHEN 'bot' THEN '3709' ELSE '-1' END::BIGINT AS user_id,
            m.sent_at AS created, m.is_public AS "public", 'Words' AS body,
            CASE m.sender_type WHEN 'system' THEN 'rule' WHEN 'bot' THEN 'answer_bot_for_web_widget'
                ELSE 'web' END AS via_channel,
            CASE m.sender_type WHEN 'system' THEN 'trigger' END AS via_source_rel,
            false AS voice_comment, m.loaded_at AS _fivetran_synced, false AS _fivetran_deleted
        FROM our_ticket_messages AS m JOIN our_tickets AS t USING (ticket_id)
        LEFT JOIN talks ON talks.id = m.ticket_id::BIGINT AND m.is_public AND m.sender_type <> 'system'
        WHERE talks.id IS NULL
        UNION ALL
        SELECT 9000000000 + talks.id, talks.id, t.customer_id::BIGINT, t.solved_at, true, 'Words',
            'chat_transcript', NULL, false, t.loaded_at, false
        FROM talks JOIN our_tickets AS t ON t.ticket_id::BIGINT = talks.id WHERE t.solved_at IS NOT NULL
    """,
    "ticket_chat": """
        SELECT 'talk-' || id AS chat_id, id AS ticket_id, 'native_messaging' AS channel, 2 AS initiator,
            loaded_at AS _fivetran_synced
        FROM talks JOIN ticket_columns USING (id)
    """,
    # What was said before the ticket is copied to it; joining is no message.
    "ticket_chat_event": """
        SELECT 'talk-' || m.ticket_id AS chat_id, m.sent_at AS created_at,
            CASE m.sender_type WHEN 'customer' THEN t.customer_id WHEN 'agent' THEN 'agent:' || m.sender_id
                ELSE '' END AS actor_id,
            'ChatMessage' AS type, 'm' || m.message_id AS message_id, 'Words' AS message,
            to_json({author: {type: CASE m.sender_type WHEN 'customer' THEN 'USER' ELSE 'BUSINESS' END},
                source: {type: CASE m.sender_type WHEN 'bot' THEN 'zd:answerBot' ELSE 'web' END}})
                AS original_message,
            false AS is_history_context, m.loaded_at AS _fivetran_synced
        FROM our_ticket_messages AS m JOIN our_tickets AS t USING (ticket_id)
        JOIN talks ON talks.id = m.ticket_id::BIGINT
        WHERE m.is_public AND m.sender_type <> 'system'
        UNION ALL
        SELECT 'talk-' || id, created_at - INTERVAL 10 MINUTE, requester_id::VARCHAR, 'ChatMessage',
            'before-' || id,
            'Words', to_json({author: {type: 'USER'}}), true, loaded_at
        FROM talks JOIN ticket_columns USING (id)
        UNION ALL
        SELECT 'talk-' || id, created_at + INTERVAL 1 MILLISECOND, '', 'ChatJoin', NULL, NULL, NULL, false,
            loaded_at
        FROM talks JOIN ticket_columns USING (id)
    """,
    # Beside the changes, the targets of service levels and the values of other fields, none of ours.
    "ticket_field_history": """
        SELECT ticket_id::BIGINT AS ticket_id, field_name, occurred_at AS updated, value,
            author_id::BIGINT AS user_id,
            via_channel, loaded_at AS _fivetran_synced
        FROM changes
        UNION ALL
        SELECT ticket_id::BIGINT, 'first_reply_time', begun_at, '{"minutes": 240,
            "in_business_hours": "true"}',
            -1, 'rule', loaded_at
        FROM begun WHERE ticket_id::BIGINT % 3 = 0
        UNION ALL
        SELECT ticket_id::BIGINT, 'subject', begun_at, 'Words of a customer', submitter_id::BIGINT, 'web',
            loaded_at
        FROM begun
    """,
    "user": """
        SELECT people.* EXCLUDE (loaded_at), 'Some Name' AS name, false AS shared_phone_number,
            NULL::BIGINT AS custom_role_id,
            false AS shared_agent, loaded_at AS _fivetran_synced, false AS _fivetran_deleted
        FROM people
    """,
    "group": """
        SELECT id, name, false AS "default", NULL::TIMESTAMPTZ AS _fivetran_synced, name = 'night_desk'
            AS _fivetran_deleted
        FROM groups
    """,
    "group_member": """
        SELECT row_number() OVER () AS id, agent_id::BIGINT AS user_id, groups.id AS group_id,
            NULL::TIMESTAMPTZ AS _fivetran_synced
        FROM staff JOIN groups ON groups.name = staff.team WHERE agent_id::BIGINT % 5 <> 0
    """,
    "brand": """
        SELECT 700 AS id, 'northwind' AS name, true AS active, NULL::TIMESTAMPTZ AS _fivetran_synced,
            false AS _fivetran_deleted
    """,
    # An earlier version of each form bore another name.
    "ticket_form_history": """
        SELECT id, CASE WHEN is_old THEN 'was ' || name ELSE name END AS name,
            CASE WHEN is_old THEN TIMESTAMPTZ '2023-01-01 00:00:00Z'
                ELSE TIMESTAMPTZ '2023-02-01 00:00:00Z' END AS updated_at,
            NULL::TIMESTAMPTZ AS _fivetran_synced, false AS _fivetran_deleted
        FROM forms CROSS JOIN (SELECT unnest([true, false]) AS is_old)
    """,
    "ticket_tag": """
        SELECT id AS ticket_id, unnest(['shop', 'vip'] || CASE WHEN merged_into_ticket_id IS NOT NULL
            THEN ['closed_by_merge'] ELSE [] END) AS tag
        FROM ticket_columns WHERE id % 4 = 0 OR merged_into_ticket_id IS NOT NULL
    """,
    # The project's calendars as schedules; beside them an interval that was replaced, and a schedule and its
    # holiday that are gone.
    "schedule": f"""
        SELECT id, name, time_zone, start_time, end_time, TIMESTAMPTZ '2023-01-01 00:00:00Z' AS created_at,
            NULL::TIMESTAMPTZ AS _fivetran_synced, is_deleted AS _fivetran_deleted
        FROM (
            SELECT *, false AS is_deleted FROM ({schedules.HOURS})
            UNION ALL SELECT 81, 'default', 'UTC', 1440 + 600, 1440 + 1020, true
            UNION ALL SELECT 99, 'Gone', 'London', 1980, 2460, true
        )
    """,
    "schedule_holiday": f"""
        SELECT row_number() OVER () AS id, *, false AS _fivetran_deleted,
            NULL::TIMESTAMPTZ AS _fivetran_synced
        FROM (
            {schedules.HOLIDAYS}
            UNION ALL SELECT 99, 'Of the schedule that is gone', '2025-05-01', '2025-05-02'
        )
    """,
    "audit_log": """
        SELECT id, 'user' AS source_type, agent_id AS source_id, 'Some Name' AS source_label,
            'Support role changed from ' || role AS change_description, changed_at AS created_at,
            NULL::TIMESTAMPTZ AS _fivetran_synced
        FROM role_changes
    """,
    # A trigger gives every eleventh ticket the account's schedule first and in the same second its team's.
    "ticket_schedule": f"""
        WITH given AS (
            SELECT c.id, coalesce(teams.schedule_id, 81) AS schedule_id, c.created_at, c.loaded_at
            FROM ticket_columns AS c LEFT JOIN groups ON groups.id = c.group_id
            LEFT JOIN ({schedules.TEAMS}) AS teams ON teams.team = groups.name
        )
        SELECT id AS ticket_id, schedule_id, created_at, loaded_at AS _fivetran_synced FROM given
        UNION ALL SELECT id, 81, created_at, loaded_at FROM given WHERE id % 11 = 0
    """,
}
