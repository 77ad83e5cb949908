{#-
    How long an answer takes, turn by turn. Anchor: day of the conversation's started_at. The responder is the turn's: of chats,
    bots' turns and people's turns are KPIs of their own; of tickets, the replies after the first (next replies) are one.
-#}
with

targets as (
    select
        channel,
        max(case when response = 'bot_turn' and clock = 'calendar' then target_seconds end) as target_seconds,
        max(case when response = 'next' and clock = 'calendar' then target_seconds end) as next_reply_target,
        max(case when response = 'next' and clock = 'business' then target_seconds end) as next_reply_business_target
    from {{ ref('response_time_targets') }}
    group by 1
),

-- A person's first turn is waited for in a queue: that is time to human. A ticket's first reply is its first response. Of what
-- nobody answered, nobody waits in a resolved ticket: it was a thank-you.
turns as (
    select
        conversations.conversation_date,
        conversations.channel,
        conversations.topic,
        conversations.team,
        turns.responder,
        conversations.bot_id,
        turns.latency_seconds,
        turns.waiting_seconds,
        turns.context_switch_seconds,
        targets.target_seconds,
        targets.next_reply_target,
        targets.next_reply_business_target,
        turns.waiting_business_seconds,
        conversations.source_type = 'chat' and turns.responder = 'bot' as is_bot_turn,
        conversations.source_type = 'chat' and turns.responder = 'human' and not turns.is_first_human_turn as is_human_turn,
        conversations.source_type = 'ticket' and turns.is_after_first_response and turns.is_answered as is_next_reply,
        conversations.source_type = 'ticket'
        and turns.is_after_first_response
        and not turns.is_answered
        and not coalesce(conversations.is_resolved, true) as is_next_reply_awaited
    from {{ ref('fct_response_turns') }} as turns
    inner join {{ ref('fct_conversations') }} as conversations
        on conversations.conversation_id = turns.conversation_id
    left join targets on targets.channel = conversations.channel
    where conversations.is_countable
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_bot_turn then 1 end) as bot_turns,
    count(case when not is_bot_turn then 1 end) as not_bot_turns,
    {{ exact_sum('case when is_bot_turn then latency_seconds end') }} as bot_turn_latency_seconds,
    {{ exact_sum('case when is_bot_turn then latency_seconds end * latency_seconds') }} as bot_turn_latency_seconds_squared,
    {{ exact_sum('case when is_bot_turn then waiting_seconds end') }} as bot_turn_waiting_seconds,
    {{ exact_sum('case when is_bot_turn then waiting_seconds end * waiting_seconds') }} as bot_turn_waiting_seconds_squared,
    count(case when is_human_turn then 1 end) as human_turns,
    count(case when not is_human_turn then 1 end) as not_human_turns,
    {{ exact_sum('case when is_human_turn then latency_seconds end') }} as human_turn_latency_seconds,
    {{ exact_sum('case when is_human_turn then latency_seconds end * latency_seconds') }} as human_turn_latency_seconds_squared,
    {{ exact_sum('case when is_human_turn then waiting_seconds end') }} as human_turn_waiting_seconds,
    {{ exact_sum('case when is_human_turn then waiting_seconds end * waiting_seconds') }} as human_turn_waiting_seconds_squared,
    count(case when is_bot_turn and latency_seconds <= target_seconds then 1 end) as bot_turns_in_time,
    count(case when is_bot_turn and target_seconds is not null then 1 end) as bot_turns_with_target,
    count(case when not is_bot_turn or target_seconds is null then 1 end) as bot_turns_without_target,
    count(case when context_switch_seconds is not null then 1 end) as context_switches,
    {{ exact_sum('context_switch_seconds') }} as context_switch_seconds,
    {{ exact_sum('context_switch_seconds * context_switch_seconds') }} as context_switch_seconds_squared,
    count(case when context_switch_seconds is null then 1 end) as turns_without_context_switch,

    count(case when is_next_reply then 1 end) as next_replies,
    count(case when not is_next_reply then 1 end) as not_next_replies,
    {{ exact_sum('case when is_next_reply then waiting_seconds end') }} as next_reply_seconds,
    {{ exact_sum('case when is_next_reply then waiting_seconds * waiting_seconds end') }} as next_reply_seconds_squared,
    {{ exact_sum('case when is_next_reply then waiting_business_seconds end') }} as next_reply_business_seconds,
    {{ exact_sum('case when is_next_reply then waiting_business_seconds * waiting_business_seconds end') }}
    as next_reply_business_seconds_squared,
    -- Awaited and past the target is a miss, and pending until then.
    count(case when is_next_reply and waiting_seconds <= next_reply_target then 1 end) as next_replies_in_time,
    count(case when is_next_reply or (is_next_reply_awaited and waiting_seconds > next_reply_target) then next_reply_target end)
    as next_replies_judged,
    count(case when is_next_reply_awaited and waiting_seconds <= next_reply_target then 1 end) as next_replies_pending,
    count(case when not (is_next_reply or is_next_reply_awaited) or next_reply_target is null then 1 end)
    as next_replies_without_target,
    count(case when is_next_reply and waiting_business_seconds <= next_reply_business_target then 1 end)
    as next_replies_in_business_time,
    count(case
        when is_next_reply or (is_next_reply_awaited and waiting_business_seconds > next_reply_business_target)
            then next_reply_business_target
    end) as next_replies_judged_in_business_time,
    count(case when is_next_reply_awaited and waiting_business_seconds <= next_reply_business_target then 1 end)
    as next_replies_pending_in_business_time,
    count(case when not (is_next_reply or is_next_reply_awaited) or next_reply_business_target is null then 1 end)
    as next_replies_without_business_target
from turns
group by 1, 2, 3, 4, 5, 6
