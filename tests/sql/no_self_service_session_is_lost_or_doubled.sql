with

found as (
    select count(*) as session_count from {{ ref('fct_self_service_sessions') }}
),

counted as (
    select sum(self_service_sessions) as session_count from {{ ref('kpi_self_service') }}
),

expected as (
    select count(*) as session_count from {{ accepted(ref('int_self_service_sessions_judged')) }} as self_service_sessions
)

select
    expected.session_count as expected_count,
    found.session_count as found_count,
    counted.session_count as counted_count
from expected
cross join found
cross join counted
where
    expected.session_count <> found.session_count
    or expected.session_count <> coalesce(counted.session_count, 0)
