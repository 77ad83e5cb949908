{#-
    What a part is follows from its type, by the seeds `intercom_words` and `intercom_part_kinds`.
    Replies ride on parts that open, close or assign; a text on an assignment is a note to a colleague unless the var says
    otherwise. The vendor's bots are teammates too: who ever acted as a bot is one.
-#}
with

landed as (
    {% for table in ['conversation_part_history', 'conversation_parts', 'ticket_part_history', 'ticket_parts'] %}
    select t.* from {{ vendor_table('intercom', table) }} as t
    where t.conversation_id is not null and coalesce(t.is_active, true)
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Loaders deliver at least once, and history mode keeps old versions: the latest holds. Only what stands twice is sorted.
repeated as (
    select
        source_system,
        part_id
    from landed
    group by source_system, part_id
    having count(*) > 1
),

superseded as (
    select
        landed_file_name,
        landed_line_number
    from (
        select
            landed.landed_file_name,
            landed.landed_line_number,
            row_number() over (
                partition by landed.source_system, landed.part_id
                order by
                    landed.version_at desc nulls last, landed.loaded_at desc nulls last,
                    landed.landed_file_name desc, landed.landed_line_number desc
            ) as recency_rank
        from landed
        inner join repeated
            on
                repeated.source_system = landed.source_system
                and repeated.part_id = landed.part_id
    ) as ranked
    where recency_rank > 1
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
)

-- Old interfaces give the id alone of whom a part was assigned to.
select
    landed.source_system,
    landed.part_id,
    landed.conversation_id,
    landed.part_type,
    coalesce(part_types.part_kind, 'data') as part_kind,
    case when bots.admin_id is not null then 'bot' else coalesce(authors.word, landed.author_type) end as sender_type,
    landed.author_id,
    case
        when not part_types.is_assignment or nullif(landed.assigned_to_id, '0') is null then null
        when assigned_bots.admin_id is not null then 'bot'
        when landed.assigned_to_type is not null then landed.assigned_to_type
        when teams.team_id is not null then 'team'
        else 'admin'
    end as assigned_to_type,
    case when part_types.is_assignment then nullif(landed.assigned_to_id, '0') end as assigned_to_id,
    case
        when part_types.part_kind = 'ticket_state' then coalesce(states.word, landed.ticket_state)
        else nullif(part_types.status, '')
    end as status,
    nullif(part_types.event_type, '') as event_type,
    coalesce(part_types.is_message, false)
    and (not part_types.needs_body or coalesce(landed.has_body, false) or coalesce(landed.is_redacted, false))
    {%- if not var('intercom_assignment_bodies_are_replies', false) %}
    and not part_types.is_assignment
    {%- endif %} as is_message,
    coalesce(part_types.is_note, false) as is_note,
    coalesce(part_types.is_automated, false) as is_automated,
    coalesce(part_types.is_assignment, false) as is_assignment,
    coalesce(landed.is_ai_answer, false) as is_ai_answer,
    landed.created_at,
    landed.loaded_at,
    landed.landed_file_name,
    landed.landed_line_number
from landed
left join part_types on part_types.part_type = lower(landed.part_type)
left join {{ ref('intercom_words') }} as authors
    on
        authors.vocabulary = 'intercom_author_type'
        and authors.landed_word = lower(landed.author_type)
left join {{ ref('intercom_words') }} as states
    on
        states.vocabulary = 'intercom_ticket_state'
        and states.landed_word = lower(landed.ticket_state)
left join bots
    on
        bots.source_system = landed.source_system
        and bots.admin_id = landed.author_id
left join bots as assigned_bots
    on
        assigned_bots.source_system = landed.source_system
        and assigned_bots.admin_id = landed.assigned_to_id
left join {{ ref('base_intercom__teams') }} as teams
    on
        teams.source_system = landed.source_system
        and teams.team_id = landed.assigned_to_id
left join superseded
    on
        superseded.landed_file_name = landed.landed_file_name
        and superseded.landed_line_number = landed.landed_line_number
where superseded.landed_line_number is null
