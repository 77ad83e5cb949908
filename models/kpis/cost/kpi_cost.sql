{#-
    Cost per interaction. Anchor: day of started_at. A conversation's cost is its share of the cost pools of its month,
    by what drives each pool: int_cost_allocations, int_cost_rates, and cost in fct_conversations.
-#}
with

conversations as (
    select * from {{ ref('int_conversations_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_cost_counted then 1 end) as costed_count,
    {{ exact_sum('case when is_cost_counted then cost end') }} as cost,
    {{ exact_sum('case when is_handle_counted then handle_seconds end') }} as worked_seconds,
    count(case when not is_cost_counted then 1 end) as uncosted_count
from conversations
group by 1, 2, 3, 4, 5, 6
