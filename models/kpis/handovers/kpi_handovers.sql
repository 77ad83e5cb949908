{#- Hand-overs from bots to people. Anchor: day of the conversation's started_at. -#}
with

handovers as (
    select * from {{ ref('int_handovers_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(*) as handovers,
    count(case when is_reason_unknown then 1 end) as handovers_without_reason,
    count(case when is_wait_counted then 1 end) as time_to_human_timed,
    count(case when not is_wait_counted then 1 end) as time_to_human_untimed,
    {{ exact_sum('case when is_wait_counted then time_to_human_seconds end') }} as time_to_human_seconds,
    {{ exact_sum('case when is_wait_counted then time_to_human_seconds * time_to_human_seconds end') }}
    as time_to_human_seconds_squared,
    count(case when is_wait_counted and queue_seconds is not null then 1 end) as handover_queue_timed,
    count(case when not (is_wait_counted and queue_seconds is not null) then 1 end) as handover_queue_untimed,
    {{ exact_sum('case when is_wait_counted and queue_seconds is not null then queue_seconds end') }} as handover_queue_seconds,
    {{ exact_sum('case when is_wait_counted and queue_seconds is not null then queue_seconds * queue_seconds end') }}
    as handover_queue_seconds_squared,
    count(case when is_wait_counted and reply_seconds is not null then 1 end) as handover_reply_timed,
    count(case when not (is_wait_counted and reply_seconds is not null) then 1 end) as handover_reply_untimed,
    {{ exact_sum('case when is_wait_counted and reply_seconds is not null then reply_seconds end') }} as handover_reply_seconds,
    {{ exact_sum('case when is_wait_counted and reply_seconds is not null then reply_seconds * reply_seconds end') }}
    as handover_reply_seconds_squared,
    count(case when bot_part_seconds is not null then 1 end) as bot_part_timed,
    count(case when bot_part_seconds is null then 1 end) as bot_part_untimed,
    {{ exact_sum('case when bot_part_seconds is not null then bot_part_seconds end') }} as bot_part_seconds,
    {{ exact_sum('case when bot_part_seconds is not null then bot_part_seconds * bot_part_seconds end') }}
    as bot_part_seconds_squared,
    -- Who reached nobody waited too long.
    count(case when is_wait_counted and time_to_human_seconds <= target_seconds then 1 end) as handovers_in_time,
    count(case when target_seconds is not null and (is_wait_counted or not is_connected) then 1 end)
    as handovers_with_target,
    count(case when target_seconds is null or (is_connected and not is_wait_counted) then 1 end) as handovers_without_target,

    count(case when bot_customer_turn_count is not null then 1 end) as handovers_with_turns,
    sum(bot_customer_turn_count) as handover_bot_turns,
    sum(bot_customer_turn_count * bot_customer_turn_count) as handover_bot_turns_squared,
    count(case when bot_customer_turn_count is null then 1 end) as handovers_without_turns,

    count(case when knows_context = 1 then 1 end) as handovers_with_context,
    count(case when knows_context = 0 then 1 end) as handovers_without_context,
    {{ exact_sum('case when knows_context = 1 then context_score end') }} as handover_context_score,
    {{ exact_sum('case when knows_context = 1 then context_score * context_score end') }}
    as handover_context_score_squared,
    count(case when is_connected then 1 end) as handovers_connected,
    count(case when not is_connected then 1 end) as handovers_lost,
    count(case when knows_transfers = 1 then 1 end) as handovers_with_known_agents,
    count(case when knows_transfers = 0 then 1 end) as handovers_without_known_agents,
    count(case when knows_transfers = 1 and is_transferred_again then 1 end) as handovers_transferred_again,
    {{ exact_sum('quality_score') }} as handover_quality_score,
    {{ exact_sum('quality_score * quality_score') }} as handover_quality_score_squared,

    count(case when lowest_sentiment_in_bot_part is not null then 1 end) as handovers_with_sentiment,
    count(case when lowest_sentiment_in_bot_part is null then 1 end) as handovers_without_sentiment,
    count(case when lowest_sentiment_in_bot_part <= {{ var('frustrated_sentiment_score') }} then 1 end)
    as handovers_after_frustration
from handovers
group by 1, 2, 3, 4, 5, 6
