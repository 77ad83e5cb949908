{#-
    Durations in business time, by the calendars that the conversation's tool says it had, else by that of its team, else by the default
    calendar; and how long a resolved ticket was paused between its beginning and the solve that lasted.
-#}
with

conversations as (
    select * from {{ ref('int_conversations_identified') }}
),

statuses_held as (
    select * from {{ ref('int_ticket_statuses_held') }}
),

tickets_with_changes as (
    select distinct
        source_system,
        ticket_id
    from statuses_held
),

-- A pause lies within its conversation.
pauses as (
    select
        conversations.conversation_id,
        conversations.source_system,
        conversations.source_type,
        conversations.source_conversation_id,
        conversations.calendar_id,
        held.is_paused,
        greatest(held.held_from, conversations.resolution_clock_started_at) as paused_at,
        least(coalesce(held.held_until, conversations.resolved_at), conversations.resolved_at) as resumed_at
    from conversations
    inner join statuses_held as held
        on
            held.source_system = conversations.source_system
            and held.ticket_id = conversations.source_conversation_id
            and held.held_from < conversations.resolved_at
            and coalesce(held.held_until > conversations.resolution_clock_started_at, true)
    where
        conversations.source_type = 'ticket'
        and conversations.resolution_clock_started_at is not null
        and coalesce(held.is_paused, true)
),

paused as (
    select
        conversations.conversation_id,
        count(*) > count(conversations.is_paused) as has_unknown_statuses,
        {{ exact_sum_as_double(seconds_between('conversations.paused_at', 'conversations.resumed_at')) }} as paused_seconds,
        {{ exact_sum_as_double(
            open_seconds_until('conversations.resumed_at', 'resumed_slot')
            ~ ' - ' ~ open_seconds_until('conversations.paused_at', 'paused_slot')
        ) }} as paused_business_seconds
    from pauses as conversations
    {{ join_quarter_hour('conversations.paused_at', 'paused_slot') }}
    {{ join_quarter_hour('conversations.resumed_at', 'resumed_slot') }}
    group by conversations.conversation_id
)

-- Of a ticket without changes, and of a status that nobody knows, nothing is told of pauses.
select
    conversations.*,
    coalesce(
        {{ epoch_seconds('conversations.started_at') }} >= start_slot.open_from
        and {{ epoch_seconds('conversations.started_at') }} < start_slot.open_until, false
    ) as is_started_in_hours,
    {{ open_seconds_until('conversations.first_response_at', 'response_slot') }}
    - {{ open_seconds_until('conversations.response_clock_started_at', 'clock_slot') }} as first_response_business_seconds,
    {{ open_seconds_until('conversations.first_bot_response_at', 'bot_slot') }}
    - {{ open_seconds_until('conversations.response_clock_started_at', 'clock_slot') }} as first_bot_response_business_seconds,
    {{ open_seconds_until('conversations.first_human_response_at', 'human_slot') }}
    - {{ open_seconds_until('conversations.human_clock_started_at', 'human_clock_slot') }}
    as first_human_response_business_seconds,
    {{ open_seconds_until('conversations.first_resolved_at', 'first_resolution_slot') }}
    - {{ open_seconds_until('conversations.resolution_clock_started_at', 'resolution_clock_slot') }}
    as first_resolution_business_seconds,
    {{ open_seconds_until('conversations.resolved_at', 'resolution_slot') }}
    - {{ open_seconds_until('conversations.resolution_clock_started_at', 'resolution_clock_slot') }}
    as resolution_business_seconds,
    case
        when tickets_with_changes.ticket_id is not null and not coalesce(paused.has_unknown_statuses, false)
            then coalesce(paused.paused_seconds, 0)
    end as paused_seconds,
    case
        when tickets_with_changes.ticket_id is not null and not coalesce(paused.has_unknown_statuses, false)
            then coalesce(paused.paused_business_seconds, 0)
    end as paused_business_seconds
from conversations
left join tickets_with_changes
    on
        tickets_with_changes.source_system = conversations.source_system
        and tickets_with_changes.ticket_id = conversations.source_conversation_id
        and conversations.source_type = 'ticket'
left join paused on paused.conversation_id = conversations.conversation_id
{{ join_quarter_hour('conversations.started_at', 'start_slot') }}
{{ join_quarter_hour('conversations.response_clock_started_at', 'clock_slot') }}
{{ join_quarter_hour('conversations.first_response_at', 'response_slot') }}
{{ join_quarter_hour('conversations.first_bot_response_at', 'bot_slot') }}
{{ join_quarter_hour('conversations.human_clock_started_at', 'human_clock_slot') }}
{{ join_quarter_hour('conversations.first_human_response_at', 'human_slot') }}
{{ join_quarter_hour('conversations.resolution_clock_started_at', 'resolution_clock_slot') }}
{{ join_quarter_hour('conversations.first_resolved_at', 'first_resolution_slot') }}
{{ join_quarter_hour('conversations.resolved_at', 'resolution_slot') }}
