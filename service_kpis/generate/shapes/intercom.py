"""The live chats as Intercom's conversations land, the rest of the world as it is.

A chat moves with its messages where Intercom could say it: of a known contact who began it,
    in a channel that it
has, with an end for which it has a reason,
    and without a bot that never answered. Its first message is no part.
Every second bot is the AI agent. Agents stay in landing form; the bot is a teammate.
"""

from __future__ import annotations

import json
from pathlib import Path

from service_kpis.generate import world as planted
from service_kpis.generate.dlt import write_split
from service_kpis.generate.reshape import Move, Names, copy, rewrite

VARIABLES: dict[str, list[str]] = {}
LOST: dict[str, dict[str, str]] = {}
TABLES = ("chats", "chat_messages")
SYSTEMS = (planted.SYSTEMS[planted.LIVECHAT],)
OPERATOR = "900"
NAMES = Names(
    SYSTEMS,
    "intercom",
    (
        (r"C(\d+)", r"\1"),
        (r"cm(\d+)", r"\1"),
        (r"a(\d+)", r"\1"),
        (r"visitor-(\d+)", r"65\1"),
        (r"bot_assistant", OPERATOR),
    ),
)


def renamed(world: Path, out: Path) -> None:
    """Write the landing world with Intercom's names and numbers, and nothing that Intercom does not say."""
    selects = {
        "chats": CHATS,
        "chat_messages": MESSAGES,
        "calls": NAMES.numbered("agent_id"),
        "surveys": NAMES.surveys(),
    }
    MOVE.rename(world, out, selects)


def convert(world: Path, out: Path, loader: str) -> None:
    """Write a renamed world as tables of Intercom in `out/intercom` and all else in `out/landing`."""
    with MOVE.taking_out(world, out, TRAPS) as connection:
        agents = out / "landing" / "agents.csv"
        rewrite(world / "agents.csv", agents, lambda line: "" if line.startswith(f"{OPERATOR},") else line)
        for statement in VIEWS:
            connection.execute(statement)
        for name, select in WRITTEN[loader].items():
            if loader == "dlt":
                rows = f"SELECT * RENAME (_airbyte_extracted_at AS loaded_at) FROM ({select})"
                write_split(connection, out / "intercom", name, rows)
            else:
                copy(connection, select, out / "intercom" / f"{name}.parquet")


# What moves -----------------------------------------------------------------------------------------

# A bot has a dialogue where it answers the customer before any person does.
MOVED = """
CREATE TABLE moved AS
WITH numbered AS (
    SELECT *, regexp_replace(message_id, '^cm', '')::BIGINT AS number FROM chat_messages
    WHERE regexp_matches(message_id, '^cm[0-9]+$')
), words AS (
    SELECT chat_id, min(sent_at) AS first_at, arg_min(message_id, (sent_at, number)) AS first_id,
        arg_min(sender_type, (sent_at, number)) AS first_sender,
        min(sent_at) FILTER (sender_type = 'customer') AS asked_at,
        min(sent_at) FILTER (sender_type = 'agent') AS joined_at
    FROM numbered GROUP BY chat_id
), answers AS (
    SELECT chat_id, min(sent_at) AS answered_at
    FROM chat_messages JOIN words USING (chat_id)
    WHERE sender_type = 'bot' AND NOT is_automated AND sent_at > asked_at GROUP BY chat_id
)
SELECT sound.chat_id, its_email, its_phone, joined_at, first_id,
    sound.chat_id[2:]::BIGINT % 2 = 0 AND bot_id IS NOT NULL AS is_fin
FROM sound JOIN words USING (chat_id) LEFT JOIN answers USING (chat_id)
WHERE channel IN ('web_chat', 'whatsapp', 'in_app') AND NOT is_proactive
    AND (ended_at IS NULL OR end_reason IN ('customer_left', 'agent_closed', 'bot_closed', 'timeout'))
    AND first_at = started_at AND first_sender IN ('customer', 'bot')
    AND (bot_id IS NULL) = (answered_at IS NULL) AND coalesce(answered_at < joined_at, true)
    AND (agent_id IS NULL) = (joined_at IS NULL) AND coalesce(joined_at > asked_at, true)
    AND coalesce(handover_requested_at >= answered_at, true)
"""
MOVE = Move(TABLES, "C", NAMES, (MOVED,))
_CHAT_IDS = NAMES.numbered("customer_id", "agent_id", "chat_id").removesuffix("FROM part")
CHATS = f"""
{_CHAT_IDS}
FROM (
    SELECT part.* REPLACE (
        CASE WHEN moved.chat_id IS NULL THEN subtopic END AS subtopic,
        CASE WHEN moved.chat_id IS NULL THEN customer_email ELSE its_email END AS customer_email,
        CASE WHEN moved.chat_id IS NULL THEN customer_phone
            WHEN its_phone IS NOT NULL THEN '+' || its_phone END AS customer_phone,
        CASE WHEN moved.chat_id IS NULL THEN bot_id WHEN is_fin THEN 'fin'
            WHEN bot_id IS NOT NULL THEN 'operator' END AS bot_id,
        CASE WHEN moved.chat_id IS NULL OR (is_fin AND agent_id IS NULL AND outcome <> 'resolved_task')
            THEN outcome END AS outcome,
        CASE WHEN moved.chat_id IS NULL OR handover_reason = 'no_answer' THEN handover_reason END
            AS handover_reason,
        CASE WHEN moved.chat_id IS NULL THEN handover_context END AS handover_context,
        CASE WHEN moved.chat_id IS NULL THEN queued_at ELSE coalesce(handover_requested_at, queued_at) END
            AS queued_at,
        CASE WHEN moved.chat_id IS NULL THEN agent_joined_at ELSE joined_at END AS agent_joined_at,
        CASE WHEN moved.chat_id IS NULL THEN handover_accepted_at
            WHEN handover_requested_at IS NOT NULL THEN joined_at END AS handover_accepted_at)
    FROM part LEFT JOIN moved ON moved.chat_id = part.chat_id
)
"""
# A bot that has a dialogue means what it says, its greeting too.
_EMPTY = (
    "intent",
    "intent_confidence",
    "intent_label",
    "is_fallback",
    "sentiment",
    "speech_recognition_seconds",
)
MESSAGES = f"""
{NAMES.numbered("chat_id", "message_id", "sender_id").removesuffix("FROM part")}
FROM (
    SELECT part.* REPLACE (
        {", ".join(f"CASE WHEN moved.chat_id IS NULL THEN {name} END AS {name}" for name in _EMPTY)},
        CASE WHEN moved.chat_id IS NOT NULL AND sender_type = 'bot' THEN false ELSE is_automated END
            AS is_automated,
        CASE WHEN message_id = first_id THEN 'source:' || part.chat_id[2:] ELSE message_id END AS message_id)
    FROM part LEFT JOIN moved ON moved.chat_id = part.chat_id
)
"""

# Intercom's tables ------------------------------------------------------------------------------------


def _named(table: str, names: tuple[str, ...]) -> str:
    rows = ", ".join(f"('{name}', {place})" for place, name in enumerate(names, start=31))
    return f"CREATE TABLE {table} AS SELECT * FROM (VALUES {rows}) AS t (name, id)"


VIEWS = (
    _named("teams", planted.TEAMS),
    # What was said; assignments to a team and to who took over; the close; a note.
    f"""
    CREATE VIEW parts AS
    WITH told AS (
        SELECT *, 9000000000 + chat_id::BIGINT * 10 AS base FROM our_chats
    )
    SELECT m.message_id::BIGINT AS id, m.chat_id, CASE m.sender_type WHEN 'system'
            THEN 'channel_and_reply_time_expectation' ELSE 'comment' END AS part_type, '<p>Words</p>' AS body,
        CASE m.sender_type WHEN 'customer' THEN 'user' WHEN 'agent' THEN 'admin' WHEN 'bot' THEN 'bot'
            ELSE 'team' END
            AS author_type,
        CASE m.sender_type WHEN 'customer' THEN c.customer_id WHEN 'system' THEN NULL ELSE m.sender_id END
            AS author_id,
        NULL AS assigned_to_type, NULL AS assigned_to_id, m.sent_at AS created_at, m.loaded_at
    FROM our_chat_messages AS m JOIN our_chats AS c USING (chat_id) WHERE NOT starts_with(m.message_id,
        'source:')
    UNION ALL
    SELECT base + 1, chat_id, CASE WHEN bot_id IS NULL THEN 'default_assignment'
        ELSE 'workflow_assignment' END, NULL,
        'bot', '{OPERATOR}', 'team', '31', queued_at, loaded_at
    FROM told WHERE queued_at IS NOT NULL
    UNION ALL
    SELECT base + 2, chat_id, 'resolution_bot_found_no_answer', NULL, 'bot', '{OPERATOR}', NULL, NULL,
        handover_requested_at, loaded_at
    FROM told WHERE handover_reason = 'no_answer'
    UNION ALL
    SELECT base + 3, chat_id, 'assignment', CASE
        WHEN chat_id::BIGINT % 3 = 0 THEN '<p>To a colleague</p>' END, 'admin',
        agent_id, 'admin', agent_id, agent_joined_at, loaded_at
    FROM told WHERE agent_joined_at IS NOT NULL
    UNION ALL
    SELECT base + 4, chat_id, 'user_became_idle', NULL, 'bot', '{OPERATOR}', NULL, NULL, ended_at, loaded_at
    FROM told WHERE end_reason = 'timeout'
    UNION ALL
    SELECT base + 5, chat_id, 'close', NULL,
        CASE end_reason WHEN 'agent_closed' THEN 'admin' WHEN 'customer_left' THEN 'user' ELSE 'bot' END,
        CASE end_reason WHEN 'agent_closed' THEN agent_id WHEN 'customer_left' THEN customer_id
            ELSE '{OPERATOR}' END,
        NULL, NULL, ended_at, loaded_at
    FROM told WHERE ended_at IS NOT NULL
    UNION ALL
    SELECT base + 6, chat_id, 'note', '<p>A note</p>', 'admin', agent_id, NULL, NULL, agent_joined_at,
        loaded_at
    FROM told WHERE agent_joined_at IS NOT NULL AND chat_id::BIGINT % 5 = 0
    UNION ALL
    SELECT base + 7, chat_id, 'conversation_attribute_updated_by_admin', NULL, 'admin', agent_id, NULL, NULL,
        agent_joined_at, loaded_at
    FROM told WHERE agent_joined_at IS NOT NULL
    """,
    """
    CREATE VIEW conversations AS
    SELECT c.chat_id AS id, c.started_at AS created_at, coalesce(c.ended_at, c.started_at) AS updated_at,
        CASE WHEN c.ended_at IS NULL THEN 'open' ELSE 'closed' END AS state, 'not_priority' AS priority,
        coalesce(c.agent_id, '0') AS assignee_id, coalesce(teams.id, 0)::VARCHAR AS team_assignee_id,
        CASE c.channel WHEN 'web_chat' THEN 'conversation' WHEN 'in_app' THEN 'push' ELSE c.channel END
            AS source_type,
        CASE WHEN m.sender_type = 'bot' THEN 'operator_initiated' ELSE 'customer_initiated' END
            AS delivered_as,
        CASE WHEN m.sender_type = 'bot' THEN 'bot' WHEN c.chat_id::BIGINT % 3 = 0 THEN 'lead'
            ELSE 'user' END AS author_type,
        CASE WHEN m.sender_type = 'bot' THEN m.sender_id ELSE c.customer_id END AS author_id,
        c.customer_id AS contact_id, c.topic, c.agent_joined_at AS first_admin_reply_at,
        c.ended_at AS last_close_at, counted.parts AS part_count,
        c.bot_id = 'fin' AS has_fin,
        CASE WHEN c.bot_id = 'fin' THEN CASE c.outcome WHEN 'resolved_confirmed' THEN 'confirmed_resolution'
            WHEN 'unresolved' THEN 'negative_feedback' ELSE
            CASE WHEN c.agent_id IS NULL THEN 'assumed_resolution' ELSE 'escalated' END END END
                AS resolution_state,
        c.loaded_at
    FROM our_chats AS c
    JOIN our_chat_messages AS m ON m.message_id = 'source:' || c.chat_id
    LEFT JOIN teams ON teams.name = c.team
    LEFT JOIN (SELECT chat_id, count(*) AS parts FROM parts GROUP BY chat_id) AS counted
        ON counted.chat_id = c.chat_id
    """,
    """
    CREATE VIEW contacts AS
    SELECT customer_id AS id, any_value(customer_email) AS email, any_value(customer_phone) AS phone,
        min(started_at) AS created_at, min(loaded_at) AS loaded_at
    FROM our_chats GROUP BY customer_id
    """,
)

# History mode: of some rows an earlier version lies beside the one in force.
_VERSIONS = """CASE WHEN id::BIGINT % 9 = 0 THEN [true, false] ELSE [false] END"""
_HISTORY = """
    NOT is_old AS _fivetran_active,
    CASE WHEN is_old THEN created_at ELSE created_at + INTERVAL 1 SECOND END AS _fivetran_start,
    loaded_at AS _fivetran_synced
"""
FIVETRAN = {
    "conversation_history": f"""
        SELECT id, created_at, CASE WHEN is_old THEN created_at ELSE updated_at END AS updated_at,
            CASE WHEN is_old THEN 'open' ELSE state END AS state, priority,
            CASE WHEN is_old THEN '0' ELSE assignee_id END AS assignee_id, team_assignee_id, source_type,
            delivered_as AS source_delivered_as, author_type AS source_author_type, author_id
                AS source_author_id,
            '<p>Words</p>' AS source_body, topic AS custom_topic, first_admin_reply_at
                AS statistics_first_admin_reply_at,
            last_close_at AS statistics_last_close_at, part_count AS statistics_count_conversation_parts,
            has_fin AS ai_agent_participated, CASE WHEN has_fin THEN 'workflow' END AS ai_agent_source_type,
            CASE WHEN has_fin THEN 'ai_answer' END AS ai_agent_last_answer_type,
            resolution_state AS ai_agent_resolution_state, {_HISTORY}
        FROM (SELECT *, unnest({_VERSIONS}) AS is_old FROM conversations)
    """,
    "conversation_part_history": f"""
        SELECT id::VARCHAR AS id, chat_id AS conversation_id, CASE WHEN is_old THEN 'note'
            ELSE part_type END AS part_type,
            body, author_type, author_id, assigned_to_type, assigned_to_id, created_at, {_HISTORY}
        FROM (SELECT *, unnest({_VERSIONS}) AS is_old FROM parts)
    """,
    "contact_history": f"""
        SELECT id, CASE WHEN is_old THEN NULL ELSE email END AS email, phone, CASE
            WHEN is_old THEN 'lead' ELSE 'user' END AS role,
            'Some Name' AS name, created_at, {_HISTORY}
        FROM (SELECT *, unnest({_VERSIONS}) AS is_old FROM contacts)
    """,
    "conversation_contact_history": """
        SELECT id AS conversation_id, contact_id, updated_at AS conversation_updated_at, true
            AS _fivetran_active,
            loaded_at AS _fivetran_synced
        FROM conversations
    """,
    "admin": f"""
        SELECT '{OPERATOR}' AS id, 'Operator' AS name, 'operator+w@intercom.example' AS email,
            false AS _fivetran_deleted
    """,
    "team": "SELECT id::VARCHAR AS id, name, false AS _fivetran_deleted FROM teams",
}
AIRBYTE = {
    "conversations": """
        SELECT id, epoch(created_at)::BIGINT AS created_at, epoch(updated_at)::BIGINT AS updated_at, state,
            priority,
            assignee_id::BIGINT AS admin_assignee_id, team_assignee_id::BIGINT AS team_assignee_id,
            to_json({type: source_type, delivered_as: delivered_as, body: '<p>Words</p>',
                author: {type: author_type, id: author_id, name: 'Some Name'}}) AS source,
            to_json({type: 'contact.list', contacts: [{type: 'contact', id: contact_id}]}) AS contacts,
            to_json({first_admin_reply_at: epoch(first_admin_reply_at)::BIGINT,
                last_close_at: epoch(last_close_at)::BIGINT, count_conversation_parts: part_count})
                    AS statistics,
            to_json({Topic: topic}) AS custom_attributes, has_fin AS ai_agent_participated,
            to_json({source_type: CASE WHEN has_fin THEN 'workflow' END, resolution_state: resolution_state,
                last_answer_type: CASE WHEN has_fin THEN 'ai_answer' END}) AS ai_agent,
            loaded_at AS _airbyte_extracted_at
        FROM conversations
    """,
    "conversation_parts": """
        SELECT id::VARCHAR AS id, chat_id::BIGINT AS conversation_id, part_type, body,
            to_json({type: author_type, id: author_id, name: 'Some Name'}) AS author,
            CASE WHEN assigned_to_id IS NOT NULL THEN to_json({type: assigned_to_type,
                id: assigned_to_id}) END
                AS assigned_to,
            epoch(created_at)::BIGINT AS created_at, epoch(created_at)::BIGINT AS updated_at,
            loaded_at AS _airbyte_extracted_at
        FROM parts
    """,
    "contacts": """
        SELECT id, email, phone, 'user' AS role, epoch(created_at)::BIGINT AS created_at,
            loaded_at AS _airbyte_extracted_at
        FROM contacts
    """,
    "admins": f"""
        SELECT '{OPERATOR}' AS id, 'Operator' AS name, TIMESTAMPTZ '2026-01-01 00:00:00Z'
            AS _airbyte_extracted_at
    """,
    "teams": """
        SELECT id::VARCHAR AS id, name, TIMESTAMPTZ '2026-01-01 00:00:00Z' AS _airbyte_extracted_at FROM teams
    """,
}
_NOT_IN_IT = json.dumps({"conversation_id": None, "_airbyte_extracted_at": None})
# A source of one's own, by dlt's for REST: each conversation with its parts in it.
DLT = {
    **{name: select for name, select in AIRBYTE.items() if name != "conversation_parts"},
    "conversations": f"""
        SELECT c.*, to_json({{type: 'conversation_part.list', total_count: len(of_it.parts),
            conversation_parts: of_it.parts}}) AS conversation_parts
        FROM ({AIRBYTE["conversations"]}) AS c LEFT JOIN (
            SELECT id, list(part) AS parts FROM (
                SELECT conversation_id::VARCHAR AS id, json_merge_patch(to_json(p), '{_NOT_IN_IT}') AS part
                FROM ({AIRBYTE["conversation_parts"]}) AS p)
            GROUP BY id) AS of_it USING (id)
    """,
}
WRITTEN = {"fivetran": FIVETRAN, "airbyte": AIRBYTE, "dlt": DLT}
LOADERS = tuple(WRITTEN)

TRAPS = {
    "superseded_version": (
        "SELECT id FROM conversations WHERE id::BIGINT % 9 = 0",
        "the version in force counts; only history mode keeps others",
    ),
    "first_message_is_no_part": (
        "SELECT id FROM conversations WHERE author_type <> 'bot'",
        "the first message is counted once",
    ),
    "lead_in_the_source_user_in_the_parts": (
        "SELECT id FROM conversations WHERE author_type = 'lead'",
        "one customer wrote both",
    ),
    "notice_of_the_inbox": (
        "SELECT DISTINCT chat_id FROM parts WHERE part_type = 'channel_and_reply_time_expectation'",
        "a notice is automatic and answers nobody",
    ),
    "text_on_an_assignment": (
        "SELECT chat_id FROM parts WHERE part_type = 'assignment' AND body IS NOT NULL",
        "a word to a colleague is no reply",
    ),
    "note": ("SELECT DISTINCT chat_id FROM parts WHERE part_type = 'note'", "a note is no message"),
}
