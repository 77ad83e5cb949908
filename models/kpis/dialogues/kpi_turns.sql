{#-
    How long an answer takes, turn by turn. Anchor: day of the conversation's started_at. The
    responder is the turn's: bots' turns and people's turns are KPIs of their own.
-#}
with

targets as (
    select
        channel,
        target_seconds
    from {{ ref('response_time_targets') }}
    where response = 'bot_turn' and clock = 'calendar'
),

-- A person's first turn is waited for in a queue: that is time to human.
turns as (
    select
        conversations.conversation_date,
        conversations.channel,
        conversations.topic,
        conversations.team,
        turns.responder,
        turns.latency_seconds,
        turns.waiting_seconds,
        turns.context_switch_seconds,
        targets.target_seconds,
        turns.responder = 'bot' as is_bot_turn,
        turns.responder = 'human' and not turns.is_first_human_turn as is_human_turn
    from {{ ref('fct_response_turns') }} as turns
    inner join {{ ref('int_conversations_classified') }} as conversations
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
    count(case when context_switch_seconds is null then 1 end) as turns_without_context_switch
from turns
group by 1, 2, 3, 4, 5
