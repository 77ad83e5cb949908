{#- Hand-overs from bots to people (catalogue K08, K22, K30). Anchor: day of the conversation's started_at. -#}
{% set durations = {
    'time_to_human': ('is_wait_counted', 'time_to_human_seconds'),
    'handover_queue': ('is_wait_counted and queue_seconds is not null', 'queue_seconds'),
    'handover_reply': ('is_wait_counted and reply_seconds is not null', 'reply_seconds'),
    'bot_part': ('bot_part_seconds is not null', 'bot_part_seconds'),
} -%}
with

handovers as (
    select * from {{ ref('int_handovers_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(*) as handovers,
    {{ count_if('is_reason_unknown') }} as handovers_without_reason,
    {% for name, (condition, seconds) in durations.items() -%}
    {{ count_if(condition) }} as {{ name }}_timed,
    {{ count_if('not (' ~ condition ~ ')') }} as {{ name }}_untimed,
    {{ exact_sum('case when ' ~ condition ~ ' then ' ~ seconds ~ ' end') }} as {{ name }}_seconds,
    {{ exact_sum('case when ' ~ condition ~ ' then ' ~ seconds ~ ' * ' ~ seconds ~ ' end') }}
    as {{ name }}_seconds_squared,
    {% endfor %}
    -- Who reached nobody waited too long.
    {{ count_if('is_wait_counted and time_to_human_seconds <= target_seconds') }} as handovers_in_time,
    {{ count_if('target_seconds is not null and (is_wait_counted or not is_connected)') }} as handovers_with_target,
    {{ count_if('target_seconds is null or (is_connected and not is_wait_counted)') }} as handovers_without_target,

    {{ count_if('bot_customer_turn_count is not null') }} as handovers_with_turns,
    sum(bot_customer_turn_count) as handover_bot_turns,
    sum(bot_customer_turn_count * bot_customer_turn_count) as handover_bot_turns_squared,
    {{ count_if('bot_customer_turn_count is null') }} as handovers_without_turns,

    {{ count_if('knows_context = 1') }} as handovers_with_context,
    {{ count_if('knows_context = 0') }} as handovers_without_context,
    {{ exact_sum('case when knows_context = 1 then context_score end') }} as handover_context_score,
    {{ exact_sum('case when knows_context = 1 then context_score * context_score end') }}
    as handover_context_score_squared,
    {{ count_if('is_connected') }} as handovers_connected,
    {{ count_if('not is_connected') }} as handovers_lost,
    {{ count_if('knows_transfers = 1') }} as handovers_with_known_agents,
    {{ count_if('knows_transfers = 0') }} as handovers_without_known_agents,
    {{ count_if('knows_transfers = 1 and is_transferred_again') }} as handovers_transferred_again,
    {{ exact_sum('quality_score') }} as handover_quality_score,
    {{ exact_sum('quality_score * quality_score') }} as handover_quality_score_squared,

    {{ count_if('lowest_sentiment_in_bot_part is not null') }} as handovers_with_sentiment,
    {{ count_if('lowest_sentiment_in_bot_part is null') }} as handovers_without_sentiment,
    {{ count_if('lowest_sentiment_in_bot_part <= ' ~ var('frustrated_sentiment_score')) }} as handovers_after_frustration
from handovers
group by
    1,
    2,
    3,
    4,
    5
