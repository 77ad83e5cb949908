{#-
    What a part is follows from its type: the vendor's words are in `intercom_words`, what they mean in `intercom_part_kinds`.
    Replies ride on parts that open, close or assign; a text on an assignment is a note to a colleague unless the var says
    otherwise. The vendor's bots are teammates too: who ever acted as a bot is one.
-#}
with

landed as (
    {% for table in [
        'conversation_part_history', 'conversation_parts', 'conversations__conversation_parts__conversation_parts',
        'ticket_part_history', 'ticket_parts'
    ] %}
    select t.* from {{ vendor_table('intercom', table) }} as t
    where t.conversation_id is not null and coalesce(t.is_active, true)
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- A child table of dlt names its parent's row, which has the id.
parents as (
    select
        t.source_system,
        t.row_id,
        t.conversation_id
    from {{ vendor_table('intercom', 'conversations') }} as t
    where t.row_id is not null
),

-- Loaders deliver at least once, and history mode keeps old versions: of one part the latest holds.
ranked as (
    select
        *,
        row_number() over (
            partition by source_system, part_id
            order by version_at desc nulls last, loaded_at desc nulls last, landed_file_name desc, landed_line_number desc
        ) as recency_rank
    from landed
),

part_types as (
    select
        words.landed_word as part_type,
        kinds.*
    from {{ ref('intercom_words') }} as words
    inner join {{ ref('intercom_part_kinds') }} as kinds on kinds.part_kind = words.word
    where words.vocabulary = 'intercom_part_type'
),

bots as (
    select
        source_system,
        author_id as admin_id
    from landed
    where author_type = 'bot' and author_id is not null
    union
    {% for table in ['admin', 'admins'] %}
    select
        t.source_system,
        t.admin_id
    from {{ vendor_table('intercom', table) }} as t
    where t.bot_name is not null
    {{ 'union' if not loop.last }}
    {% endfor %}
),

-- Old interfaces give the id alone of whom a part was assigned to.
teams as (
    {% for table in ['team', 'teams'] %}
    select
        t.source_system,
        t.team_id
    from {{ vendor_table('intercom', table) }} as t
    {{ 'union' if not loop.last }}
    {% endfor %}
)

select
    ranked.source_system,
    ranked.part_id,
    coalesce(parents.conversation_id, ranked.conversation_id) as conversation_id,
    ranked.part_type,
    coalesce(part_types.part_kind, 'data') as part_kind,
    case when bots.admin_id is not null then 'bot' else coalesce(authors.word, ranked.author_type) end as sender_type,
    ranked.author_id,
    case
        when not part_types.is_assignment or nullif(ranked.assigned_to_id, '0') is null then null
        when assigned_bots.admin_id is not null then 'bot'
        when ranked.assigned_to_type is not null then ranked.assigned_to_type
        when teams.team_id is not null then 'team'
        else 'admin'
    end as assigned_to_type,
    case when part_types.is_assignment then nullif(ranked.assigned_to_id, '0') end as assigned_to_id,
    case
        when part_types.part_kind = 'ticket_state' then coalesce(states.word, ranked.ticket_state)
        else nullif(part_types.status, '')
    end as status,
    nullif(part_types.event_type, '') as event_type,
    coalesce(part_types.is_message, false)
    and (not part_types.needs_body or coalesce(ranked.has_body, false) or coalesce(ranked.is_redacted, false))
    {%- if not var('intercom_assignment_bodies_are_replies', false) %}
    and not part_types.is_assignment
    {%- endif %} as is_message,
    coalesce(part_types.is_note, false) as is_note,
    coalesce(part_types.is_automated, false) as is_automated,
    coalesce(part_types.is_assignment, false) as is_assignment,
    coalesce(ranked.is_ai_answer, false) as is_ai_answer,
    ranked.created_at,
    ranked.loaded_at,
    ranked.landed_file_name,
    ranked.landed_line_number
from ranked
left join parents
    on
        parents.source_system = ranked.source_system
        and parents.row_id = ranked.conversation_id
left join part_types on part_types.part_type = lower(ranked.part_type)
left join {{ ref('intercom_words') }} as authors
    on
        authors.vocabulary = 'intercom_author_type'
        and authors.landed_word = lower(ranked.author_type)
left join {{ ref('intercom_words') }} as states
    on
        states.vocabulary = 'intercom_ticket_state'
        and states.landed_word = lower(ranked.ticket_state)
left join bots
    on
        bots.source_system = ranked.source_system
        and bots.admin_id = ranked.author_id
left join bots as assigned_bots
    on
        assigned_bots.source_system = ranked.source_system
        and assigned_bots.admin_id = ranked.assigned_to_id
left join teams
    on
        teams.source_system = ranked.source_system
        and teams.team_id = ranked.assigned_to_id
where ranked.recency_rank = 1
