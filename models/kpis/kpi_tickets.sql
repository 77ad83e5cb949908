{#-
    Resolution at last, reopening, touches and completion time of tickets (catalogue K03-K06). Anchor: day of
    started_at.
-#}
{% set touches = {
    'zero': 'human_reply_count = 0',
    'one': 'human_reply_count = 1',
    'two': 'human_reply_count = 2',
    'multi': 'human_reply_count > 2',
} -%}
{% set clocks = {'': 'resolution_seconds', 'business_': 'resolution_business_seconds'} -%}
with

conversations as (
    select * from {{ ref('int_tickets_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    {{ count_if('is_resolution_counted') }} as resolution_judged_count,
    {{ count_if('is_resolution_counted and is_resolved') }} as resolved_by_now_count,
    {{ count_if('is_resolution_counted and is_resolved_in_time') }} as resolved_in_time_count,
    {{ count_if('is_resolution_pending') }} as resolution_pending_count,
    {{ count_if('not is_resolution_counted and not is_resolution_pending') }} as resolution_excluded_count,

    {{ count_if('is_reopening_counted') }} as reopening_judged_count,
    {{ count_if('is_reopening_counted and is_reopened_in_window') }} as reopened_ticket_count,
    {{ count_if('is_reopening_pending') }} as reopening_pending_count,
    {{ count_if('not is_reopening_counted and not is_reopening_pending') }} as reopening_excluded_count,

    {{ count_if('is_touch_counted') }} as touch_judged_count,
    {% for touch, condition in touches.items() -%}
    {{ count_if('is_touch_counted and ' ~ condition) }} as {{ touch }}_touch_count,
    {% endfor -%}
    {{ count_if('is_touch_counted and human_reply_count < 2') }} as zendesk_one_touch_count,
    {{ count_if('not is_touch_counted') }} as touch_excluded_count,

    {{ count_if('is_due_date_expected') }} as due_date_expected_count,
    {{ count_if('is_due_date_expected and due_at is not null') }} as due_date_known_count,
    {{ count_if('not is_due_date_expected') }} as due_date_unexpected_count,

    {{ count_if('is_completion_counted') }} as completed_ticket_count,
    {% for clock, seconds in clocks.items() -%}
    {{ exact_sum('case when is_completion_counted then ' ~ seconds ~ ' end') }} as completion_{{ clock }}seconds,
    {{ exact_sum('case when is_completion_counted then ' ~ seconds ~ ' * ' ~ seconds ~ ' end') }}
    as completion_{{ clock }}seconds_squared,
    {% endfor -%}
    {{ count_if('is_completion_pending') }} as completion_pending_count,
    {{ count_if('not is_completion_counted and not is_completion_pending') }} as completion_excluded_count
from conversations
group by
    1,
    2,
    3,
    4,
    5
