{#- How many conversations bots held at once, at each beginning of one: a sweep over beginnings and ends. -#}
with

conversations as (
    select
        identified.channel,
        identified.started_at,
        least(coalesce(handovers.bot_part_ended_at, identified.ended_at), identified.ended_at) as ended_at
    from {{ ref('int_conversations_identified') }} as identified
    left join {{ ref('int_chat_handovers') }} as handovers on handovers.conversation_id = identified.conversation_id
    where identified.is_bot_engaged
),

steps as (
    select
        channel,
        started_at as happened_at,
        1 as step
    from conversations
    where ended_at > started_at

    union all

    select
        channel,
        ended_at as happened_at,
        -1 as step
    from conversations
    where ended_at > started_at
),

-- At the same instant, ends are counted before beginnings.
counted as (
    select
        channel,
        happened_at,
        step,
        sum(step) over (order by happened_at, step) as bot_conversation_count,
        sum(step) over (partition by channel order by happened_at, step) as channel_bot_conversation_count
    from steps
)

select
    channel,
    happened_at as started_at,
    {{ reporting_date('happened_at') }} as conversation_date,
    bot_conversation_count,
    channel_bot_conversation_count
from counted
where step = 1
