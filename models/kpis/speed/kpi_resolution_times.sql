{#-
    Time from the start to the resolution that lasted and to the first, on the wall clock and in business time; and from
    when a person was awaited. What is not resolved has no such time. Anchor: day of started_at.
-#}
with

conversations as (
    select * from {{ ref('int_conversations_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    {{ exact_sum('case when is_resolution_timed then resolution_seconds end') }} as resolution_seconds,
    {{ exact_sum('case when is_resolution_timed then resolution_seconds * resolution_seconds end') }}
    as resolution_seconds_squared,
    {{ exact_sum('case when is_resolution_timed then resolution_business_seconds end') }} as resolution_business_seconds,
    {{ exact_sum('case when is_resolution_timed then resolution_business_seconds * resolution_business_seconds end') }}
    as resolution_business_seconds_squared,
    {{ exact_sum('case when is_resolution_timed then first_resolution_seconds end') }} as first_resolution_seconds,
    {{ exact_sum('case when is_resolution_timed then first_resolution_seconds * first_resolution_seconds end') }}
    as first_resolution_seconds_squared,
    {{ exact_sum('case when is_human_resolution_timed then human_resolution_seconds end') }} as human_resolution_seconds,
    {{ exact_sum('case when is_human_resolution_timed then human_resolution_seconds * human_resolution_seconds end') }}
    as human_resolution_seconds_squared,
    count(case when is_resolution_timed then 1 end) as resolution_timed_count,
    count(case when not is_resolution_timed then 1 end) as resolution_untimed_count,
    count(case when is_human_resolution_timed then 1 end) as human_resolution_timed_count,
    count(case when not is_human_resolution_timed then 1 end) as human_resolution_untimed_count
from conversations
group by 1, 2, 3, 4, 5, 6
