{#-
    How long a resolved ticket was not in our hands between its beginning and the solve that lasted: pending, which is the
    customer's turn, or solved. A status holds from its change to the next.
-#}
with

changes as (
    select
        source_system,
        ticket_id,
        from_status,
        to_status,
        occurred_at,
        lead(occurred_at) over ticket_changes as next_occurred_at,
        row_number() over ticket_changes as change_rank
    from {{ accepted(ref('int_ticket_events_judged')) }} as events
    where event_type = 'status_change'
    window ticket_changes as (partition by source_system, ticket_id order by occurred_at, event_id)
),

-- Before the first change the ticket had the status that it changed from, if that is told.
held as (
    select
        source_system,
        ticket_id,
        to_status as ticket_status,
        occurred_at as paused_at,
        next_occurred_at as resumed_at
    from changes
    union all
    select
        source_system,
        ticket_id,
        from_status as ticket_status,
        timestamp '1970-01-01 00:00:00' as paused_at,
        occurred_at as resumed_at
    from changes
    where change_rank = 1 and from_status is not null
),

statuses_held as (
    select
        held.source_system,
        held.ticket_id,
        held.paused_at,
        held.resumed_at,
        held.ticket_status = 'pending' or statuses.is_solved as is_paused
    from held
    left join {{ ref('ticket_statuses') }} as statuses on statuses.ticket_status = held.ticket_status
),

conversations as (
    select identified.*
    from {{ ref('int_conversations_identified') }} as identified
    inner join changes
        on
            changes.source_system = identified.source_system
            and changes.ticket_id = identified.source_conversation_id
            and changes.change_rank = 1
    where
        identified.source_type = 'ticket'
        and identified.resolution_clock_started_at is not null
        and identified.resolved_at is not null
),

-- A pause lies within its conversation. One of a status that nobody knows may be one or not: is_paused is NULL.
pauses as (
    select
        conversations.conversation_id,
        conversations.calendar_id,
        held.is_paused,
        greatest(held.paused_at, conversations.resolution_clock_started_at) as paused_at,
        least(coalesce(held.resumed_at, conversations.resolved_at), conversations.resolved_at) as resumed_at
    from conversations
    inner join statuses_held as held
        on
            held.source_system = conversations.source_system
            and held.ticket_id = conversations.source_conversation_id
            and held.paused_at < conversations.resolved_at
            and coalesce(held.resumed_at > conversations.resolution_clock_started_at, true)
    where coalesce(held.is_paused, true)
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

select
    conversations.conversation_id,
    coalesce(paused.paused_seconds, 0) as paused_seconds,
    coalesce(paused.paused_business_seconds, 0) as paused_business_seconds
from conversations
left join paused on paused.conversation_id = conversations.conversation_id
where not coalesce(paused.has_unknown_statuses, false)
