{#-
    When a conversation was resolved and opened. Openings are events since 2025 only, and a return to a bot is none: a customer's
    message after a resolve reopens the conversation all the same, unless an event says so before the next resolve.
-#}
{% set in_order -%}
partition by landed_system, conversation_id order by occurred_at, mark_rank, mark_id
{%- endset -%}
with

marks as (
    select
        landed_system,
        source_system,
        conversation_id,
        event_id as mark_id,
        case when event_name = 'conversation_resolved' then 'solved' else 'open' end as mark,
        case when event_name = 'conversation_resolved' then 1 else 2 end as mark_rank,
        actor_word,
        actor_id,
        is_ticket,
        occurred_at,
        loaded_at,
        landed_file_name,
        landed_line_number
    from {{ ref('base_chatwoot__events') }}
    where event_name in ('conversation_resolved', 'conversation_opened') and copy_number = 1

    union all

    select
        landed_system,
        source_system,
        conversation_id,
        'message_' || message_id as mark_id,
        'message' as mark,
        0 as mark_rank,
        'customer' as actor_word,
        cast(null as {{ dbt.type_string() }}) as actor_id,
        is_ticket,
        sent_at as occurred_at,
        loaded_at,
        landed_file_name || '#reopened' as landed_file_name,
        landed_line_number
    from {{ ref('base_chatwoot__messages') }}
    where sender_word = 'customer' and not is_note
),

placed as (
    select
        *,
        lag(mark) over ({{ in_order }}) as previous_mark,
        min(case when mark = 'open' then occurred_at end) over (
            {{ in_order }} rows between current row and unbounded following
        ) as next_opened_at,
        min(case when mark = 'solved' then occurred_at end) over (
            {{ in_order }} rows between 1 following and unbounded following
        ) as next_resolved_at
    from marks
),

changes as (
    select
        placed.*,
        case when placed.mark = 'message' then 'open' else placed.mark end as to_status
    from placed
    left join {{ ref('base_chatwoot__conversations') }} as conversations
        on
            conversations.landed_system = placed.landed_system
            and conversations.conversation_id = placed.conversation_id
    where
        placed.mark <> 'message'
        or (
            placed.previous_mark = 'solved'
            and not coalesce(placed.next_opened_at <= coalesce(placed.next_resolved_at, placed.next_opened_at), false)
            and (placed.next_resolved_at is not null or conversations.status <> 'solved')
        )
)

select
    landed_system,
    source_system,
    conversation_id,
    mark_id as change_id,
    lag(to_status) over ({{ in_order }}) as from_status,
    to_status,
    actor_word,
    actor_id,
    is_ticket,
    mark <> 'message' as is_recorded,
    occurred_at,
    loaded_at,
    landed_file_name,
    landed_line_number
from changes
