{#- What an issue takes, from its first contact to its last. Anchor: day of the issue's first contact. -#}
with

issues as (
    select * from {{ ref('fct_issues') }}
)

-- What is not closed is pending.
select
    issue_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_closed then 1 end) as closed_issue_count,
    count(case when not is_closed then 1 end) as open_issue_count,
    sum(case when is_closed then conversation_count else 0 end) as closed_issue_conversations,
    sum(case when is_closed then conversation_count * conversation_count else 0 end)
    as closed_issue_conversations_squared,
    -- What customers did in conversations that leave no trace of it, such as a talk, is unknown.
    count(case when is_closed and is_resolved and customer_turn_count > 0 then 1 end) as traced_issue_count,
    count(case when is_closed and not (is_resolved and customer_turn_count > 0) then 1 end) as untraced_issue_count,
    sum(case when is_closed and is_resolved then customer_turn_count else 0 end) as customer_actions,
    sum(case when is_closed and is_resolved then customer_turn_count * customer_turn_count else 0 end)
    as customer_actions_squared
from issues
group by 1, 2, 3, 4, 5, 6
