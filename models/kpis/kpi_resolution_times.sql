{#-
    Time from the start to the resolution that lasted and to the first, on the wall clock and in business time; and from
    when a person was awaited. What is not resolved has no such time. Anchor: day of started_at.
-#}
{% set times = {
    'resolution': 'is_resolution_timed',
    'resolution_business': 'is_resolution_timed',
    'first_resolution': 'is_resolution_timed',
    'human_resolution': 'is_human_resolution_timed',
} -%}
with

conversations as (
    select * from {{ ref('int_conversations_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    {% for time, condition in times.items() -%}
    {{ exact_sum('case when ' ~ condition ~ ' then ' ~ time ~ '_seconds end') }} as {{ time }}_seconds,
    {{ exact_sum('case when ' ~ condition ~ ' then ' ~ time ~ '_seconds * ' ~ time ~ '_seconds end') }}
    as {{ time }}_seconds_squared,
    {% endfor -%}
    {{ count_if('is_resolution_timed') }} as resolution_timed_count,
    {{ count_if('not is_resolution_timed') }} as resolution_untimed_count,
    {{ count_if('is_human_resolution_timed') }} as human_resolution_timed_count,
    {{ count_if('not is_human_resolution_timed') }} as human_resolution_untimed_count
from conversations
group by
    1,
    2,
    3,
    4,
    5
