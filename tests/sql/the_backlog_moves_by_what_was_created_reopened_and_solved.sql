{#- Day by day, and on each first of a month against a count of the tickets on which the last that happened opened them. -#}
with

days as (
    select
        *,
        lag(open_count, 1, 0) over (partition by channel, team order by backlog_date) as open_count_before
    from {{ ref('fct_backlog_days') }}
),

-- What happened last on a ticket says whether it is open: a conversation began, it was reopened, or it was solved. A
-- reopening right before a conversation is that one's beginning.
happened as (
    select
        source_system,
        ticket_id,
        occurred_at as happened_at,
        cast(null as integer) as conversation_seq,
        case when next_turn_at = occurred_at then 1 else 2 end as place_in_instant,
        case when is_solve then 0 else 1 end as opens
    from {{ ref('int_ticket_turns') }}
    union all
    select
        source_system,
        source_conversation_id as ticket_id,
        started_at as happened_at,
        conversation_seq,
        0 as place_in_instant,
        1 as opens
    from {{ ref('fct_conversations') }}
    where source_type = 'ticket'
),

lasted as (
    select
        source_system,
        ticket_id,
        happened_at,
        opens,
        max(conversation_seq) over in_order as conversation_seq,
        lead(happened_at) over in_order as next_happened_at,
        conversation_seq is null and lead(conversation_seq) over in_order is not null as is_before_a_beginning
    from happened
    window in_order as (partition by source_system, ticket_id order by happened_at, place_in_instant)
),

recounted as (
    select
        days.backlog_date,
        days.channel,
        days.team,
        days.open_count,
        count(lasted.ticket_id) as fact_count
    from days
    left join {{ ref('fct_conversations') }} as conversations
        on
            conversations.source_type = 'ticket'
            and conversations.is_countable
            and conversations.is_resolved is not null
            -- How long one was open that was solved nobody knows when is not known.
            and (conversations.first_resolved_at is not null or not conversations.is_resolved)
            and conversations.channel = days.channel
            and coalesce(conversations.team, 'unknown') = days.team
    left join lasted
        on
            lasted.source_system = conversations.source_system
            and lasted.ticket_id = conversations.source_conversation_id
            and lasted.conversation_seq = conversations.conversation_seq
            and lasted.opens = 1
            and not lasted.is_before_a_beginning
            and {{ reporting_date('lasted.happened_at') }} <= days.backlog_date
            and coalesce({{ reporting_date('lasted.next_happened_at') }} > days.backlog_date, true)
    where extract(day from days.backlog_date) = 1
    group by 1, 2, 3, 4
)

select
    backlog_date,
    channel,
    team,
    'does not move by its changes' as failure
from days
where
    open_count <> open_count_before + created_count + reopened_count - solved_count
    or open_0_1d_count < 0
    or open_1_3d_count < 0
    or open_3_7d_count < 0
    or open_7_30d_count < 0
    or open_over_30d_count < 0

union all

select
    backlog_date,
    channel,
    team,
    'is not what the fact holds' as failure
from recounted
where open_count <> fact_count
