{#- Day by day, and against a count of the open tickets of the fact on each first of a month. -#}
with

days as (
    select
        *,
        lag(open_count, 1, 0) over (partition by channel, team order by backlog_date) as open_count_before
    from {{ ref('fct_backlog_days') }}
),

recounted as (
    select
        days.backlog_date,
        days.channel,
        days.team,
        days.open_count,
        count(conversations.conversation_id) as fact_count
    from days
    left join {{ ref('fct_conversations') }} as conversations
        on
            conversations.source_type = 'ticket'
            and conversations.is_countable
            and conversations.channel = days.channel
            and coalesce(conversations.team, 'unknown') = days.team
            and conversations.conversation_date <= days.backlog_date
            and coalesce({{ reporting_date('conversations.resolved_at') }} > days.backlog_date, true)
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
