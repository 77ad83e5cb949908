{#- Expected is everybody's own: over all agents, observed and expected are the same. -#}
select
    month_start_date,
    sum(fcr_resolved_count) as fcr_resolved_count,
    sum(fcr_expected_count) as fcr_expected_count,
    sum(allocated_seconds) as allocated_seconds,
    sum(expected_seconds) as expected_seconds
from {{ ref('int_agent_case_mix') }}
group by month_start_date
having
    abs(sum(fcr_resolved_count) - sum(fcr_expected_count)) > 0.001
    or abs(sum(allocated_seconds) - sum(expected_seconds)) > 0.1
