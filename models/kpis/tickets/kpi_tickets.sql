{#- Eventual resolution of all conversations; reopening, touches and completion time of tickets. Anchor: day of started_at. -#}
with

conversations as (
    select * from {{ ref('int_tickets_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_resolution_counted then 1 end) as resolution_judged_count,
    count(case when is_resolution_counted and is_resolved then 1 end) as resolved_by_now_count,
    count(case when is_resolution_in_time_counted then 1 end) as resolution_in_time_judged_count,
    count(case when is_resolution_in_time_counted and is_resolved_in_time then 1 end) as resolved_in_time_count,
    count(case when is_resolution_pending then 1 end) as resolution_pending_count,
    count(case when not is_resolution_counted and not is_resolution_pending then 1 end) as resolution_excluded_count,
    count(case when not is_resolution_in_time_counted and not is_resolution_pending then 1 end)
    as resolution_in_time_excluded_count,

    count(case when is_reopening_counted then 1 end) as reopening_judged_count,
    count(case when is_reopening_counted and is_reopened_in_window then 1 end) as reopened_ticket_count,
    count(case when is_reopening_pending then 1 end) as reopening_pending_count,
    count(case when not is_reopening_counted and not is_reopening_pending then 1 end) as reopening_excluded_count,

    count(case when is_touch_counted then 1 end) as touch_judged_count,
    count(case when is_touch_counted and human_reply_count = 0 then 1 end) as zero_touch_count,
    count(case when is_touch_counted and human_reply_count = 1 then 1 end) as one_touch_count,
    count(case when is_touch_counted and human_reply_count = 2 then 1 end) as two_touch_count,
    count(case when is_touch_counted and human_reply_count > 2 then 1 end) as multi_touch_count,
    count(case when is_touch_counted and human_reply_count < 2 then 1 end) as zendesk_one_touch_count,
    count(case when not is_touch_counted then 1 end) as touch_excluded_count,

    count(case when is_due_date_expected then 1 end) as due_date_expected_count,
    count(case when is_due_date_expected and due_at is not null then 1 end) as due_date_known_count,
    count(case when not is_due_date_expected then 1 end) as due_date_unexpected_count,

    count(case when is_completion_timed then 1 end) as completed_ticket_count,
    {{ exact_sum('case when is_completion_timed then resolution_seconds end') }} as completion_seconds,
    {{ exact_sum('case when is_completion_timed then resolution_seconds * resolution_seconds end') }}
    as completion_seconds_squared,
    {{ exact_sum('case when is_completion_timed then resolution_business_seconds end') }} as completion_business_seconds,
    {{ exact_sum('case when is_completion_timed then resolution_business_seconds * resolution_business_seconds end') }}
    as completion_business_seconds_squared,
    count(case when is_requester_wait_counted then 1 end) as requester_wait_count,
    {{ exact_sum('case when is_requester_wait_counted then requester_wait_seconds end') }} as requester_wait_seconds,
    {{ exact_sum('case when is_requester_wait_counted then requester_wait_seconds * requester_wait_seconds end') }}
    as requester_wait_seconds_squared,
    {{ exact_sum('case when is_requester_wait_counted then requester_wait_business_seconds end') }}
    as requester_wait_business_seconds,
    {{ exact_sum(
        'case when is_requester_wait_counted then requester_wait_business_seconds * requester_wait_business_seconds end'
    ) }}
    as requester_wait_business_seconds_squared,
    count(case when not is_requester_wait_counted and not is_completion_pending then 1 end) as requester_wait_excluded_count,
    count(case when is_completion_pending then 1 end) as completion_pending_count,
    count(case when not is_completion_timed and not is_completion_pending then 1 end) as completion_excluded_count
from conversations
group by 1, 2, 3, 4, 5, 6
