{#- What a resolved issue costs, from its first contact to its last. Anchor: day of the issue's first contact. -#}
with

issues as (
    select * from {{ ref('fct_issues') }}
)

-- What is not closed is pending.
select
    issue_date as kpi_date,
    {{ kpi_dimensions() }},
    {{ exact_sum('case when is_closed then cost end') }} as closed_issue_cost,
    count(case when is_closed and is_resolved and cost is not null then 1 end) as resolved_issue_count,
    count(case when is_closed and cost is not null and not is_resolved then 1 end) as unresolved_issue_count,
    count(case when not is_closed and cost is not null then 1 end) as open_costed_issue_count
from issues
group by 1, 2, 3, 4, 5, 6
