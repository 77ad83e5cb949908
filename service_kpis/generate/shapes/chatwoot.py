"""The live chats as Chatwoot's database holds them, the rest of the world as it is.

A chat moves with its messages where Chatwoot could say it: of a known contact, in a channel that it has, with
an end for which it has a reason, and without a bot that said nothing. Agents stay in landing form. The
database is the same whoever copies it.
"""

from __future__ import annotations

from pathlib import Path

from service_kpis.generate import world as planted
from service_kpis.generate.reshape import Move, Names, copy

SYNCED = {
    "fivetran": "synced AS _fivetran_synced",
    "airbyte": "synced AS _airbyte_extracted_at",
    "dlt": "epoch(synced)::VARCHAR AS _dlt_load_id",
}
LOADERS = tuple(SYNCED)
VARIABLES: dict[str, list[str]] = {}
LOST: dict[str, dict[str, str]] = {}
TABLES = ("chats", "chat_messages")
SYSTEMS = (planted.SYSTEMS[planted.LIVECHAT],)
NAMES = Names(
    SYSTEMS,
    "chatwoot",
    (
        (r"C(\d+)", r"\1"),
        (r"cm(\d+)", r"\1"),
        (r"a(\d+)", r"\1"),
        (r"visitor-(\d+)", r"\1"),
        (r"bot_assistant", "agent_bot_1"),
        (r"bot_voice", "agent_bot_2"),
    ),
)


def renamed(world: Path, out: Path) -> None:
    """Write the landing world with Chatwoot's names and numbers, and nothing that Chatwoot does not say."""
    selects = {
        "chats": CHATS,
        "chat_messages": MESSAGES,
        "calls": NAMES.numbered("agent_id"),
        "surveys": NAMES.surveys(),
    }
    MOVE.rename(world, out, selects)


def convert(world: Path, out: Path, loader: str) -> None:
    """Write a renamed world as tables of Chatwoot in `out/chatwoot` and all else in `out/landing`."""
    with MOVE.taking_out(world, out, TRAPS) as connection:
        for statement in VIEWS:
            connection.execute(statement)
        for name, select in DATABASE.items():
            is_synced = "AS synced" in select
            landed = f"SELECT * EXCLUDE (synced), {SYNCED[loader]} FROM ({select})" if is_synced else select
            copy(connection, landed, out / "chatwoot" / f"{name}.parquet")


# What moves -----------------------------------------------------------------------------------------

# A person's first word is what tells that a person joined.
MOVED = """
CREATE TABLE moved AS
WITH words AS (
    SELECT chat_id,
        min(sent_at) FILTER (sender_type = 'agent') AS joined_at,
        count(*) FILTER (sender_type = 'bot' AND NOT is_automated) AS bot_words
    FROM chat_messages GROUP BY chat_id
)
SELECT sound.chat_id, its_email, its_phone, words.joined_at
FROM sound JOIN words USING (chat_id)
WHERE channel IN ('web_chat', 'whatsapp')
    AND (ended_at IS NULL OR end_reason IN ('customer_left', 'agent_closed', 'bot_closed'))
    AND (bot_id IS NULL) = (bot_words = 0)
    AND (agent_id IS NULL) = (words.joined_at IS NULL)
"""
MOVE = Move(TABLES, "C", NAMES, (MOVED,))
_EMPTY = ("subtopic", "outcome", "handover_reason", "handover_context", "queued_at")
_CHAT_IDS = NAMES.numbered("customer_id", "agent_id", "bot_id", "chat_id").removesuffix("FROM part")
CHATS = f"""
{_CHAT_IDS}
FROM (
    SELECT part.* REPLACE (
        {", ".join(f"CASE WHEN moved.chat_id IS NULL THEN {name} END AS {name}" for name in _EMPTY)},
        CASE WHEN moved.chat_id IS NULL THEN customer_email ELSE its_email END AS customer_email,
        CASE WHEN moved.chat_id IS NULL THEN customer_phone
            WHEN its_phone IS NOT NULL THEN '+' || its_phone END AS customer_phone,
        CASE WHEN moved.chat_id IS NULL THEN agent_joined_at ELSE joined_at END AS agent_joined_at,
        CASE WHEN moved.chat_id IS NULL THEN handover_accepted_at
            WHEN handover_requested_at IS NOT NULL THEN joined_at END AS handover_accepted_at)
    FROM part LEFT JOIN moved ON moved.chat_id = part.chat_id
)
"""
# What a bot sends by itself is a template of the inbox, which nobody sends.
_EMPTY_OF_MESSAGES = (
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
        {", ".join(f"CASE WHEN moved.chat_id IS NULL THEN {n} END AS {n}" for n in _EMPTY_OF_MESSAGES)},
        CASE WHEN moved.chat_id IS NOT NULL AND sender_type = 'bot' AND is_automated THEN 'system'
            ELSE sender_type END AS sender_type,
        CASE WHEN moved.chat_id IS NOT NULL AND sender_type = 'bot' AND is_automated THEN NULL
            ELSE sender_id END AS sender_id)
    FROM part LEFT JOIN moved ON moved.chat_id = part.chat_id
)
"""

# Chatwoot's tables ------------------------------------------------------------------------------------

_INBOXES = """(
    VALUES (11, 'web_chat', 'Channel::WebWidget'), (12, 'whatsapp', 'Channel::Whatsapp')
) AS i (id, channel, kind)"""


def _named(table: str, names: tuple[str, ...]) -> str:
    rows = ", ".join(f"('{name}', {place})" for place, name in enumerate(names, start=1))
    return f"CREATE TABLE {table} AS SELECT * FROM (VALUES {rows}) AS t (name, id)"


VIEWS = (_named("teams", planted.TEAMS),)
DATABASE = {
    "conversations": f"""
        SELECT c.chat_id::BIGINT AS id, 1 AS account_id, row_number() OVER (ORDER BY c.started_at,
            c.chat_id) AS display_id,
            i.id AS inbox_id, c.customer_id::BIGINT AS contact_id, c.agent_id::BIGINT AS assignee_id,
            NULL::BIGINT AS assignee_agent_bot_id, teams.id AS team_id, CASE
                WHEN c.is_proactive THEN 1 END AS campaign_id,
            CASE WHEN c.ended_at IS NULL THEN 0 ELSE 1 END AS status, NULL::INTEGER AS priority,
            c.started_at::TIMESTAMP AS created_at, coalesce(c.ended_at, c.started_at)::TIMESTAMP
                AS updated_at,
            coalesce(c.topic || CASE WHEN c.chat_id::BIGINT % 3 = 0 THEN ', vip' ELSE '' END, '')
                AS cached_label_list,
            to_json({{browser: 'some'}}) AS additional_attributes, c.loaded_at AS synced
        FROM our_chats AS c JOIN {_INBOXES} ON i.channel = c.channel LEFT JOIN teams ON teams.name = c.team
    """,
    # Beside what was said: a line of activity, which is no message, and a note, which nobody outside reads.
    "messages": """
        SELECT m.message_id::BIGINT AS id, m.chat_id::BIGINT AS conversation_id, 1 AS account_id,
            CASE m.sender_type WHEN 'customer' THEN 0 WHEN 'system' THEN 3 ELSE 1 END AS message_type,
                false AS private,
            CASE m.sender_type WHEN 'customer' THEN 'Contact' WHEN 'agent' THEN 'User'
                WHEN 'bot' THEN 'AgentBot' END
                AS sender_type,
            CASE m.sender_type WHEN 'customer' THEN c.customer_id WHEN 'agent' THEN m.sender_id
                WHEN 'bot' THEN regexp_replace(m.sender_id, '^agent_bot_', '') END::BIGINT AS sender_id,
            'Words' AS content, 0 AS content_type, to_json('{}') AS content_attributes, 1 AS status,
            m.sent_at::TIMESTAMP AS created_at, m.loaded_at AS synced
        FROM our_chat_messages AS m JOIN our_chats AS c USING (chat_id)
        UNION ALL
        SELECT 8000000000 + chat_id::BIGINT, chat_id::BIGINT, 1, 2, false, NULL, NULL,
            'Conversation was resolved', 0,
            to_json('{}'), 0, ended_at::TIMESTAMP, loaded_at
        FROM our_chats WHERE ended_at IS NOT NULL
        UNION ALL
        SELECT 9000000000 + chat_id::BIGINT, chat_id::BIGINT, 1, 1, true, 'User', agent_id::BIGINT, 'A note',
            0,
            to_json('{}'), 0, agent_joined_at::TIMESTAMP, loaded_at
        FROM our_chats WHERE agent_joined_at IS NOT NULL AND chat_id::BIGINT % 5 = 0
    """,
    # A job that was retried wrote its row again.
    "reporting_events": """
        WITH told AS (
            SELECT chat_id, unnest([
                    {name: 'conversation_bot_handoff', start: started_at, stop: handover_requested_at,
                        kind: 'AgentBot',
                        doer: '1'},
                    {name: 'first_response', start: coalesce(handover_requested_at, started_at),
                        stop: agent_joined_at,
                        kind: 'User', doer: agent_id},
                    {name: 'conversation_bot_resolved', start: started_at,
                        stop: CASE WHEN end_reason = 'bot_closed' THEN ended_at END, kind: 'AgentBot',
                            doer: '1'},
                    {name: 'conversation_resolved', start: started_at, stop: ended_at,
                        kind: CASE end_reason WHEN 'agent_closed' THEN 'User'
                            WHEN 'bot_closed' THEN 'AgentBot'
                            ELSE 'Contact' END,
                        doer: CASE end_reason WHEN 'agent_closed' THEN agent_id WHEN 'bot_closed' THEN '1'
                            ELSE customer_id END}
                ]) AS event, unnest(range(4)) AS place, loaded_at
            FROM our_chats
        ), written AS (
            SELECT *, unnest(range(CASE WHEN chat_id::BIGINT % 13 = 0 THEN 2 ELSE 1 END)) AS copy FROM told
            WHERE event.stop IS NOT NULL
        )
        SELECT chat_id::BIGINT * 8 + place * 2 + copy AS id, event.name AS name,
            epoch(event.stop) - epoch(event.start) AS value, 0::DOUBLE AS value_in_business_hours, 1
                AS account_id,
            chat_id::BIGINT AS conversation_id, event.kind AS actor_type, event.doer::BIGINT AS actor_id,
            event.start::TIMESTAMP AS event_start_time, event.stop::TIMESTAMP AS event_end_time,
            event.stop::TIMESTAMP + INTERVAL 1 SECOND * copy AS created_at, loaded_at AS synced
        FROM written
    """,
    "contacts": """
        SELECT customer_id::BIGINT AS id, 1 AS account_id, any_value(customer_email) AS email,
            any_value(customer_phone) AS phone_number, 'Some Name' AS name, false AS blocked,
                min(started_at)::TIMESTAMP AS created_at
        FROM our_chats GROUP BY customer_id
    """,
    "inboxes": f"""
        SELECT id, 1 AS account_id, id AS channel_id, kind AS channel_type, 'Inbox ' || id AS name,
            'Europe/Berlin' AS timezone,
            false AS working_hours_enabled
        FROM {_INBOXES}
    """,
    "teams": "SELECT id, 1 AS account_id, name FROM teams",
}

TRAPS = {
    "event_written_twice": (
        "SELECT chat_id FROM our_chats WHERE chat_id::BIGINT % 13 = 0",
        "an event that a retried job wrote again counts once",
    ),
    "line_of_activity": (
        "SELECT chat_id FROM our_chats WHERE ended_at IS NOT NULL",
        "what the tool notes of itself is no message",
    ),
    "note": (
        "SELECT chat_id FROM our_chats WHERE agent_joined_at IS NOT NULL AND chat_id::BIGINT % 5 = 0",
        "a note to colleagues is no message",
    ),
    "second_label": (
        "SELECT chat_id FROM our_chats WHERE topic IS NOT NULL AND chat_id::BIGINT % 3 = 0",
        "the first label is the topic",
    ),
}
