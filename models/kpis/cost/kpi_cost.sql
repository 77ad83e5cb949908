{#-
    Cost per interaction, and of repeats. Anchor: day of started_at; of a repeat that of the contact which it repeats. A
    conversation's cost is its share of the cost pools of its month, by what drives each pool: int_cost_allocations,
    int_cost_rates, and cost in fct_conversations.
-#}
with

conversations as (
    select
        classified.*,
        repeats.repeat_cost,
        coalesce(classified.is_fcr_anchor and classified.is_fcr_pending_48h, false) as is_repeat_pending,
        coalesce(classified.is_repeated_48h and repeats.repeat_cost is not null, false) as is_repeat_costed
    from {{ ref('int_conversations_classified') }} as classified
    left join {{ ref('fct_repeats') }} as repeats on repeats.conversation_id = classified.conversation_id
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_cost_counted then 1 end) as costed_count,
    {{ exact_sum('case when is_cost_counted then cost end') }} as cost,
    {{ exact_sum('case when is_handle_counted then handle_seconds end') }} as worked_seconds,
    count(case when not is_cost_counted then 1 end) as uncosted_count,
    count(case when is_repeat_costed then 1 end) as contact_repeat_costed_48h,
    {{ exact_sum('case when is_repeat_costed then repeat_cost end') }} as contact_repeat_cost_48h,
    count(case when is_repeat_pending then 1 end) as contact_repeat_pending_48h,
    count(case when not is_repeat_costed and not is_repeat_pending then 1 end) as contact_repeat_not_costed_48h
from conversations
group by 1, 2, 3, 4, 5, 6
