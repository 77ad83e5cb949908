{#-
    How long an answer takes, turn by turn (catalogue K20). Anchor: day of the conversation's started_at. The
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
    {% for responder in ['bot', 'human'] -%}
    {{ count_if('is_' ~ responder ~ '_turn') }} as {{ responder }}_turns,
    {{ count_if('not is_' ~ responder ~ '_turn') }} as not_{{ responder }}_turns,
    {% for view in ['latency', 'waiting'] -%}
    {% set seconds = 'case when is_' ~ responder ~ '_turn then ' ~ view ~ '_seconds end' -%}
    {{ exact_sum(seconds) }} as {{ responder }}_turn_{{ view }}_seconds,
    {{ exact_sum(seconds ~ ' * ' ~ view ~ '_seconds') }} as {{ responder }}_turn_{{ view }}_seconds_squared,
    {% endfor -%}
    {% endfor -%}
    {{ count_if('is_bot_turn and latency_seconds <= target_seconds') }} as bot_turns_in_time,
    {{ count_if('is_bot_turn and target_seconds is not null') }} as bot_turns_with_target,
    {{ count_if('not is_bot_turn or target_seconds is null') }} as bot_turns_without_target,
    {{ count_if('context_switch_seconds is not null') }} as context_switches,
    {{ exact_sum('context_switch_seconds') }} as context_switch_seconds,
    {{ exact_sum('context_switch_seconds * context_switch_seconds') }} as context_switch_seconds_squared,
    {{ count_if('context_switch_seconds is null') }} as turns_without_context_switch
from turns
group by
    1,
    2,
    3,
    4,
    5
