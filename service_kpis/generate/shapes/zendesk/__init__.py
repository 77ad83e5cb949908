"""The helpdesks' tickets as Zendesk Support lands them, the rest of the world as it is.

Both helpdesks are one account here. A ticket moves with all its rows, or stays in landing form with all of
them: where it has no requester, a row of it is dirty or came late, or Zendesk could not say it (see `MOVED`).
What Zendesk has no column for is emptied in the renamed world, so that the two forms differ in nothing else.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from service_kpis.generate import world as planted
from service_kpis.generate.reshape import Move, Names, rewrite
from service_kpis.generate.shapes.zendesk import api, fivetran

WRITERS = {"fivetran": fivetran.write, "airbyte": api.write_airbyte, "dlt": api.write_dlt}
LOADERS = tuple(WRITERS)
BOT = "answer_bot"
HELPDESKS = tuple(planted.SYSTEMS[code] for code in (planted.HELPDESK_EU, planted.HELPDESK_US))
TABLES = ("tickets", "ticket_messages", "ticket_events")
_SECOND_LINE = (planted.EU_BACKOFFICE, planted.US_BACKOFFICE)
VARIABLES = {"zendesk_escalation_groups": [planted.TEAMS[code] for code in _SECOND_LINE]}
"""The second line is not in Zendesk; without this, its tickets are passed on, not escalated."""

LOST = {"dlt": {"ticket_events": "event_type = 'work_logged'"}}
"""What a loader does not land of what moves, by table: logged work is a field of one's own, with a number."""

# A prefix keeps the kinds of users apart.
NAMES = Names(
    HELPDESKS,
    "zendesk",
    (
        (r"T(\d+)", r"\1"),
        (r"tm(\d+)", r"\1"),
        (r"a(\d+)", r"360\1"),
        (r"EU-(\d+)", r"380\1"),
        (r"US-(\d+)", r"390\1"),
        (r"bot_mail", BOT),
    ),
)


def renamed(world: Path, out: Path) -> None:
    """Write the landing world with Zendesk's names and numbers, and nothing that Zendesk does not say."""
    selects = {
        "tickets": TICKETS,
        "ticket_messages": NAMES.numbered("ticket_id", "message_id", "sender_id"),
        "ticket_events": EVENTS,
        "surveys": NAMES.surveys(),
    }
    MOVE.rename(world, out, selects)
    _one_bot(out / "agents.csv")


def convert(world: Path, out: Path, loader: str) -> None:
    """Write a renamed world as tables of Zendesk in `out/zendesk` and all else in `out/landing`."""
    with MOVE.taking_out(world, out, TRAPS) as connection:
        connection.execute(STAFF.format(world=world))
        staff = {agent for (agent,) in connection.execute("SELECT agent_id FROM staff").fetchall()}
        rewrite(world / "agents.csv", out / "landing" / "agents.csv", lambda line: _unless_known(line, staff))
        for statement in VIEWS:
            connection.execute(statement)
        WRITERS[loader](connection, out / "zendesk")


def _one_bot(path: Path) -> None:
    """The helpdesks had a bot each; the account has one."""
    seen: set[str] = set()

    def once(line: str) -> str:
        if not line.startswith(f"{BOT},"):
            return line
        first = not seen
        seen.add(line)
        return line if first else ""

    aside = path.with_suffix(".all")
    path.rename(aside)
    rewrite(aside, path, once)
    aside.unlink()


def _unless_known(line: str, known: set[str]) -> str:
    """A line of agents.csv, empty where the tool itself tells of the agent."""
    agent, system, *_ = next(csv.reader(io.StringIO(line)))
    return "" if system == NAMES.system and (agent in known or agent == BOT) else line


# What moves -----------------------------------------------------------------------------------------

MOVED = (
    # Zendesk has no spam, what an agent types into its web form is of no channel, and a field changes once
    # a second. Of one requester in 29 the user is gone, and with them address and number.
    """
    CREATE TABLE sayable AS
    SELECT ticket_id, merged_into_ticket_id,
        CASE WHEN regexp_extract(customer_id, '[0-9]+')::BIGINT % 29 <> 0 THEN its_email END AS its_email,
        CASE WHEN regexp_extract(customer_id, '[0-9]+')::BIGINT % 29 <> 0 THEN its_phone END AS its_phone
    FROM sound
    WHERE status NOT IN ('spam', 'test')
        AND NOT (is_outbound AND (channel = 'web_form' OR channel = 'phone'
            AND follow_up_of_ticket_id IS NOT NULL))
        AND ticket_id NOT IN (
            SELECT ticket_id FROM ticket_messages
            WHERE ticket_id IS NOT NULL AND sender_type = 'agent' AND sender_id IS NULL)
        AND ticket_id NOT IN (
            SELECT ticket_id FROM ticket_events WHERE ticket_id IS NOT NULL AND event_type <> 'escalation'
            GROUP BY ticket_id, event_type, occurred_at HAVING count(*) > 1)
    """,
    # The ticket that stays names the merged one. What went into one that was merged in turn does not move.
    """
    CREATE TABLE moved AS
    SELECT child.ticket_id, child.its_email, child.its_phone, child.merged_into_ticket_id IS NOT NULL
        AS is_merged
    FROM sayable AS child
    LEFT JOIN sayable AS survivor ON survivor.ticket_id = child.merged_into_ticket_id
    WHERE child.merged_into_ticket_id IS NULL
        OR (survivor.ticket_id IS NOT NULL AND survivor.merged_into_ticket_id IS NULL)
    """,
)
MOVE = Move(TABLES, "T", NAMES, MOVED)
_TICKET_IDS = (
    "customer_id",
    "assigned_agent_id",
    "merged_into_ticket_id",
    "follow_up_of_ticket_id",
    "ticket_id",
)
# A merged ticket is closed at once and its solve is nobody's; the solve of one that is open again does not
# hold.
TICKETS = f"""
{NAMES.numbered(*_TICKET_IDS).removesuffix("FROM part")}
FROM (
    SELECT part.* REPLACE (
        CASE WHEN moved.ticket_id IS NULL THEN subtopic END AS subtopic,
        CASE WHEN moved.ticket_id IS NULL THEN customer_email ELSE its_email END AS customer_email,
        CASE WHEN moved.ticket_id IS NULL THEN customer_phone
            WHEN its_phone IS NOT NULL THEN '+' || its_phone END AS customer_phone,
        CASE WHEN is_merged THEN 'closed' ELSE status END AS status,
        CASE WHEN moved.ticket_id IS NOT NULL AND (is_merged OR status NOT IN ('solved', 'closed')) THEN NULL
            ELSE solved_at END AS solved_at,
        CASE WHEN is_merged THEN solved_at
            WHEN moved.ticket_id IS NULL OR status = 'closed' THEN closed_at END
            AS closed_at)
    FROM part LEFT JOIN moved ON moved.ticket_id = part.ticket_id
)
"""
EVENTS = f"""
{NAMES.numbered("ticket_id", "actor_id", "to_value").removesuffix("FROM part")}
FROM (
    SELECT part.* REPLACE (
        CASE WHEN is_merged AND event_type = 'status_change' THEN 'closed' ELSE to_value END AS to_value)
    FROM part LEFT JOIN moved ON moved.ticket_id = part.ticket_id
    WHERE NOT coalesce(is_merged AND event_type = 'status_change' AND to_value = 'closed', false)
)
"""
# The agents whose user rows land: one in six has none, and a row with a defect stays as it is.
STAFF = """
CREATE TABLE staff AS
SELECT agent_id, team, try_cast(hired_at AS TIMESTAMPTZ)::TIMESTAMP AS hired_at,
    try_cast(left_at AS TIMESTAMPTZ)::TIMESTAMP AS left_at
FROM read_csv('{world}/agents.csv', all_varchar = true)
WHERE source_system = 'zendesk' AND is_bot = 'false' AND agent_id::BIGINT % 6 <> 5
    AND try_cast(hired_at AS TIMESTAMPTZ) > '1990-01-01'
    AND NOT EXISTS (FROM dirt WHERE table_name = 'agents' AND regexp_replace(row_key, '^a', '360') = agent_id)
"""

# Numbers of what has a name; the fields of a ticket that change, in Zendesk's words --------------------


def _numbered(table: str, names: tuple[str, ...], first: int) -> str:
    rows = ", ".join(f"('{name}', {first + place})" for place, name in enumerate(names))
    return f"CREATE TABLE {table} AS SELECT * FROM (VALUES {rows}) AS t (name, id)"


VIEWS = (
    _numbered("groups", planted.TEAMS, 5001),
    _numbered("forms", planted.TOPIC_NAMES, 9001),
    # Whoever marks tickets without being named: some agent must have.
    "CREATE TABLE supervisor AS SELECT min(agent_id) AS agent_id FROM staff",
    """
    CREATE VIEW firsts AS
    SELECT ticket_id,
        arg_min(from_value, occurred_at) FILTER (event_type = 'status_change') AS status,
        arg_min(from_value, occurred_at) FILTER (event_type = 'team_change') AS team,
        arg_min(from_value, occurred_at) FILTER (event_type = 'priority_change') AS priority,
        min(occurred_at) FILTER (event_type = 'status_change') AS status_changed_at
    FROM our_ticket_events GROUP BY ticket_id
    """,
    """
    CREATE VIEW openers AS
    SELECT ticket_id, arg_min(sender_id, sent_at) AS agent_id FROM our_ticket_messages
    WHERE sender_type = 'agent' AND is_public GROUP BY ticket_id
    """,
    # Of each ticket, who made it, and what its fields held at first. In one of seven that is a second early.
    """
    CREATE TABLE begun AS
    SELECT t.ticket_id, t.created_at, t.loaded_at,
        CASE WHEN t.is_outbound THEN openers.agent_id ELSE t.customer_id END AS submitter_id,
        t.customer_id AS requester_id,
        CASE WHEN t.ticket_id::BIGINT % 7 = 0 THEN t.created_at - INTERVAL 1 SECOND ELSE t.created_at END
            AS begun_at,
        CASE WHEN firsts.status_changed_at IS NULL THEN t.status
            WHEN firsts.status_changed_at > begun_at THEN firsts.status END AS status,
        coalesce(firsts.team, t.team) AS team,
        coalesce(firsts.priority, t.priority) AS priority
    FROM our_tickets AS t LEFT JOIN firsts USING (ticket_id) LEFT JOIN openers USING (ticket_id)
    """,
    """
    CREATE VIEW changes AS
    SELECT e.ticket_id, occurred_at, e.loaded_at,
        CASE event_type WHEN 'status_change' THEN 'status' WHEN 'assignment' THEN 'assignee_id'
            WHEN 'team_change' THEN 'group_id' WHEN 'priority_change' THEN 'priority'
            ELSE 'time spent last update (sec)' END AS field_name,
        CASE event_type WHEN 'team_change' THEN groups.id::VARCHAR
            WHEN 'work_logged' THEN work_seconds::BIGINT::VARCHAR
            ELSE to_value END AS value,
        CASE event_type WHEN 'team_change' THEN earlier.id::VARCHAR WHEN 'work_logged' THEN NULL
            ELSE from_value END AS previous_value,
        CASE WHEN actor_type = 'system' THEN '-1' ELSE coalesce(actor_id, supervisor.agent_id) END
            AS author_id,
        CASE WHEN actor_type = 'system' THEN 'rule' ELSE 'web' END AS via_channel,
        false AS is_first
    FROM our_ticket_events AS e
    LEFT JOIN groups ON e.event_type = 'team_change' AND groups.name = e.to_value
    LEFT JOIN groups AS earlier ON e.event_type = 'team_change' AND earlier.name = e.from_value
    CROSS JOIN supervisor
    WHERE event_type IN ('status_change', 'assignment', 'team_change', 'priority_change', 'work_logged')
    UNION ALL
    SELECT ticket_id, begun_at, loaded_at, field.name, field.value, NULL, submitter_id, 'web', true
    FROM (
        SELECT begun.*, unnest([
            {name: 'status', value: status}, {name: 'group_id', value: groups.id::VARCHAR},
            {name: 'priority', value: priority}, {name: 'requester_id', value: requester_id},
            {name: 'satisfaction_score', value: 'unoffered'}]) AS field
        FROM begun LEFT JOIN groups ON groups.name = begun.team
    )
    WHERE field.value IS NOT NULL
    """,
    # The log of settings: of every fourth agent when they became one, and when they were one no more.
    """
    CREATE VIEW role_changes AS
    SELECT row_number() OVER (ORDER BY agent_id, changed_at) AS id, agent_id::BIGINT AS agent_id, role,
        changed_at
    FROM (
        SELECT agent_id, 'end-user to agent' AS role, hired_at AS changed_at FROM staff
        UNION ALL SELECT agent_id, 'agent to end-user', left_at FROM staff)
    WHERE changed_at IS NOT NULL AND agent_id::BIGINT % 4 = 0
    """,
    # What both families of tables have of a ticket alike.
    """
    CREATE VIEW ticket_columns AS
    SELECT t.ticket_id::BIGINT AS id, t.status, t.priority,
        CASE WHEN t.due_at IS NULL THEN 'question' ELSE 'task' END AS type,
        t.created_at, t.updated_at, t.due_at,
        t.customer_id::BIGINT AS requester_id, begun.submitter_id::BIGINT AS submitter_id,
        t.assigned_agent_id::BIGINT AS assignee_id, groups.id AS group_id, forms.id AS ticket_form_id,
        700 AS brand_id,
        'Words of a customer' AS subject, 'More words of a customer' AS description,
        CASE t.channel WHEN 'web_form' THEN 'web' WHEN 'social' THEN 'twitter' WHEN 'phone' THEN 'voice'
            ELSE t.channel END AS via_channel,
        CASE WHEN t.follow_up_of_ticket_id IS NOT NULL THEN 'follow_up'
            WHEN t.channel = 'phone' THEN CASE WHEN t.is_outbound THEN 'outbound' ELSE 'inbound' END
            WHEN t.channel = 'social' THEN 'mention' END AS via_source_rel,
        t.follow_up_of_ticket_id::BIGINT AS followed_id, t.merged_into_ticket_id, t.loaded_at
    FROM our_tickets AS t JOIN begun USING (ticket_id)
    LEFT JOIN groups ON groups.name = t.team LEFT JOIN forms ON forms.name = t.topic
    """,
    # Every second post on a social channel is a talk in messages, where none are in the same second.
    """
    CREATE VIEW talks AS
    SELECT id FROM ticket_columns WHERE via_channel = 'twitter' AND id % 2 = 0 AND id::VARCHAR NOT IN (
        SELECT ticket_id FROM our_ticket_messages GROUP BY ticket_id, sent_at HAVING count(*) > 1)
    """,
    # Every second requester without address and number has no user row.
    """
    CREATE VIEW people AS
    SELECT customer_id::BIGINT AS id, 'end-user' AS role, any_value(customer_email) AS email,
        any_value(customer_phone) AS phone, NULL::BIGINT AS default_group_id, any_value(language) AS locale,
        true AS active, min(created_at)::TIMESTAMP AS created_at, min(created_at)::TIMESTAMP AS updated_at,
        min(loaded_at) AS loaded_at
    FROM our_tickets GROUP BY customer_id
    HAVING any_value(customer_email) IS NOT NULL OR any_value(customer_phone) IS NOT NULL OR id % 2 = 0
    UNION ALL
    -- Of one agent in five the role is that of a customer now; their group stays.
    SELECT agent_id::BIGINT, CASE WHEN agent_id::BIGINT % 5 = 0 THEN 'end-user' ELSE 'agent' END,
        'agent.' || agent_id || '@company.example', NULL, groups.id, 'en', left_at IS NULL, hired_at,
        coalesce(left_at, hired_at), NULL
    FROM staff LEFT JOIN groups ON groups.name = staff.team
    """,
)

TRAPS = {
    "history_a_second_early": (
        "SELECT ticket_id FROM begun WHERE begun_at < created_at",
        "nothing happens before the ticket is created",
    ),
    "merged": (
        "SELECT id FROM ticket_columns WHERE merged_into_ticket_id IS NOT NULL",
        "no contact of its own, and its closing is nobody''s solve",
    ),
    "talk_with_transcript": (
        "SELECT id FROM talks",
        "each message counts once, the transcript and what was copied from before do not (Fivetran alone)",
    ),
    "follow_up": (
        "SELECT id FROM ticket_columns WHERE followed_id IS NOT NULL",
        "a contact of its own, of the topic of the first; every second one is named by the first alone",
    ),
    "requester_without_user_row": (
        "SELECT ticket_id FROM our_tickets WHERE customer_id::BIGINT NOT IN (SELECT id FROM people)",
        "what the requester wrote is a customer''s",
    ),
    "agent_who_is_end_user_now": (
        "SELECT DISTINCT ticket_id FROM our_ticket_messages"
        " WHERE sender_type = 'agent' AND sender_id::BIGINT % 5 = 0",
        "what the agent wrote is an agent''s",
    ),
    "agent_whose_role_changed": (
        "SELECT DISTINCT ticket_id FROM our_ticket_messages JOIN role_changes"
        " ON sender_id = agent_id::VARCHAR AND sent_at >= changed_at WHERE sender_type = 'agent'",
        "the role of that time decides, where the log of settings landed (not by dlt)",
    ),
    "agent_without_user_row": (
        "SELECT DISTINCT ticket_id FROM our_ticket_messages"
        " WHERE sender_type = 'agent' AND sender_id NOT IN (SELECT agent_id FROM staff)",
        "what the agent wrote is an agent''s",
    ),
    "two_schedules": (
        "SELECT id FROM ticket_columns WHERE id % 11 = 0",
        "of two within a second the later one holds (only Fivetran lands which schedule a ticket has)",
    ),
}
