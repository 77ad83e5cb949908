{#- What a resolved issue costs, from its first contact to its last. Anchor: day of the issue's first contact. -#}
with

issues as (
    select
        issues.*,
        cutoff.as_of >= {{ hours_after('issues.ended_at', var('issue_window_hours')) }} as is_closed
    from {{ ref('fct_issues') }} as issues
    cross join {{ ref('stg_landing__as_of') }} as cutoff
)

-- An issue may still grow until its window has passed: until then it is pending.
select
    issue_date as kpi_date,
    {{ kpi_dimensions() }},
    {{ exact_sum('case when is_closed then cost end') }} as closed_issue_cost,
    count(case when is_closed and is_resolved and cost is not null then 1 end) as resolved_issue_count,
    count(case when is_closed and cost is not null and not is_resolved then 1 end) as unresolved_issue_count,
    count(case when not is_closed and cost is not null then 1 end) as open_costed_issue_count
from issues
group by 1, 2, 3, 4, 5, 6
