{#-
    Queue outcomes: wait, abandonment, service level, answer rates.
    Offered = answered + abandoned + short abandoned + flow-out. Anchor: day of started_at.
-#}
with

targets as (
    select
        channel,
        max(target_seconds) as target_seconds
    from {{ ref('response_time_targets') }}
    where response = 'queue' and clock = 'calendar'
    group by 1
),

conversations as (
    select
        classified.*,
        targets.target_seconds is not null
        and (classified.wait_seconds is not null or classified.is_abandonment_counted) as is_timed,
        coalesce(classified.wait_seconds <= targets.target_seconds, false) as is_within_target,
        classified.is_abandonment_counted or classified.is_short_abandonment as is_left,
        classified.is_abandonment_counted and classified.customer_id is not null as is_retry_anchor,
        cutoff.as_of >= {{ hours_after('classified.ended_at', var('abandon_retry_hours')) }} as is_retry_mature,
        coalesce(
            classified.next_attempt_at <= {{ hours_after('classified.ended_at', var('abandon_retry_hours')) }}, false
        ) as is_retried
    from {{ ref('int_conversations_classified') }} as classified
    cross join {{ ref('stg_landing__as_of') }} as cutoff
    left join targets on targets.channel = classified.channel
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_offer_counted then 1 end) as offered_count,
    count(case when is_answer_counted then 1 end) as answered_count,
    count(case when is_abandonment_counted then 1 end) as abandoned_count,
    count(case when is_short_abandonment then 1 end) as short_abandoned_count,
    count(case when is_flow_out_counted then 1 end) as flow_out_count,
    count(case when is_offer_counted and queue_outcome_evidence = 'inferred' then 1 end) as outcome_inferred_count,
    count(case when is_offer_counted and not is_short_abandonment then 1 end) as offered_not_short_count,
    count(case when not is_offer_counted or is_short_abandonment then 1 end) as not_offered_or_short_count,
    count(case when not is_offer_counted then 1 end) as not_offered_count,
    count(case when is_countable and queue_outcome = 'left_in_menu' then 1 end) as left_in_menu_count,

    count(case when is_answer_counted and wait_seconds is not null then 1 end) as answer_waited_count,
    count(case when not is_answer_counted or wait_seconds is null then 1 end) as answer_not_waited_count,
    {{ exact_sum('case when is_answer_counted then wait_seconds end') }} as answer_wait_seconds,
    {{ exact_sum('case when is_answer_counted then wait_seconds * wait_seconds end') }} as answer_wait_seconds_squared,
    count(case when is_abandonment_counted and wait_seconds is not null then 1 end) as abandoned_waited_count,
    count(case when not is_abandonment_counted or wait_seconds is null then 1 end) as abandoned_not_waited_count,
    count(case when is_offer_counted and wait_seconds is not null then 1 end) as offer_waited_count,
    count(case when not is_offer_counted or wait_seconds is null then 1 end) as offer_not_waited_count,
    {{ exact_sum('case when is_abandonment_counted then wait_seconds end') }} as abandoned_wait_seconds,
    {{ exact_sum('case when is_abandonment_counted then wait_seconds * wait_seconds end') }}
    as abandoned_wait_seconds_squared,
    count(case when not is_abandonment_counted then 1 end) as not_abandoned_count,

    -- The parts from which the six service levels are put together; a wait of exactly the target is in time.
    count(case when is_timed and is_answer_counted and is_within_target then 1 end) as answered_in_time_count,
    count(case when is_timed and (is_answer_counted or is_left) and is_within_target then 1 end)
    as answered_or_left_in_time_count,
    count(case when is_timed and (is_answer_counted and is_within_target or is_short_abandonment) then 1 end)
    as answered_in_time_or_short_count,
    count(case when is_timed and is_answer_counted then 1 end) as service_answered_count,
    count(case when is_timed and (is_answer_counted or is_left) then 1 end) as service_offered_count,
    count(case when is_timed and (is_answer_counted or is_left and not is_within_target) then 1 end)
    as service_offered_not_left_in_time_count,
    count(case when is_timed and (is_answer_counted or is_abandonment_counted) then 1 end)
    as service_offered_not_short_count,
    count(case when not is_timed or not (is_answer_counted or is_left) then 1 end) as service_excluded_count,
    count(case when not (is_timed and is_answer_counted) then 1 end) as service_not_answered_count,
    count(case when not is_timed or not (is_answer_counted or is_left and not is_within_target) then 1 end)
    as service_excluded_or_left_in_time_count,
    count(case when not is_timed or not (is_answer_counted or is_abandonment_counted) then 1 end)
    as service_excluded_or_short_count,

    -- Telephone: anybody or the menu did something for the caller; a person answered. Chats: a person answered.
    count(case when is_countable and source_type = 'call' then 1 end) as call_count,
    count(case when is_countable and source_type = 'call' and (is_served or first_response_at is not null) then 1 end)
    as connected_call_count,
    count(case when not is_countable or source_type <> 'call' then 1 end) as not_call_count,
    count(case when source_type = 'call' and exclusion_reason = 'failed' then 1 end) as failed_call_count,
    count(case when source_type = 'call' and (is_countable or exclusion_reason = 'failed') then 1 end)
    as attempted_call_count,
    count(case when source_type <> 'call' or not (is_countable or coalesce(exclusion_reason = 'failed', false)) then 1 end)
    as not_attempted_count,
    count(case when is_offer_counted and source_type = 'call' then 1 end) as offered_call_count,
    count(case when is_answer_counted and source_type = 'call' then 1 end) as answered_call_count,
    count(case when not is_offer_counted or source_type <> 'call' then 1 end) as not_offered_call_count,
    count(case when is_offer_counted and source_type = 'chat' then 1 end) as offered_chat_count,
    count(case when is_answer_counted and source_type = 'chat' then 1 end) as answered_chat_count,
    count(case when not is_offer_counted or source_type <> 'chat' then 1 end) as not_offered_chat_count,

    count(case when is_retry_anchor and is_retry_mature then 1 end) as abandoned_known_count,
    count(case when is_retry_anchor and is_retry_mature and is_retried then 1 end) as abandoned_retried_count,
    count(case when is_retry_anchor and not is_retry_mature then 1 end) as abandoned_pending_count,
    count(case when not is_retry_anchor then 1 end) as abandoned_unknown_count
from conversations
group by 1, 2, 3, 4, 5, 6
