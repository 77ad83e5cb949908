{#-
    What automation saves and costs. Anchor: day of started_at. Each durably automated contact saves
    what people would have cost on the same topic in the same month. The bot costs all of its own conversations and its
    share of those that it passed on; a customer who came back costs a contact that people handled.
-#}
with

conversations as (
    select
        classified.*,
        classified.is_bot_net_contained and baselines.human_count is not null as is_saving_priced,
        baselines.human_cost_per_interaction,
        baselines.human_handle_seconds,
        case when classified.responder = 'bot' then classified.cost else classified.bot_cost end as automation_cost,
        case
            when classified.is_countable and classified.bot_outcome = 'contained_returned'
                then baselines.human_cost_per_interaction
        end as return_cost
    from {{ ref('int_bot_conversations_classified') }} as classified
    left join {{ ref('int_human_baselines') }} as baselines
        on
            baselines.topic = coalesce(classified.topic, 'unknown')
            and baselines.month_start_date = cast({{ dbt.date_trunc('month', 'classified.conversation_date') }} as date)
),

cells as (
    select
        conversation_date as kpi_date,
        {{ kpi_dimensions() }},
        count(case when is_saving_priced then 1 end) as automated_priced_count,
        count(case when not is_saving_priced then 1 end) as automated_unpriced_count,
        count(case when is_bot_inbound and bot_outcome = 'pending' then 1 end) as automated_pending_count,
        count(case when is_bot_inbound then 1 end) as automation_bot_count,
        count(case when is_saving_priced and not is_started_in_hours then 1 end) as automated_priced_out_of_hours_count,
        coalesce({{ exact_sum('case when is_saving_priced then human_cost_per_interaction end') }}, 0)
        as automation_gross_saving,
        coalesce({{ exact_sum('case when is_saving_priced then human_handle_seconds end') }}, 0)
        as automation_saved_seconds,
        coalesce({{ exact_sum('automation_cost') }}, 0) as automation_cost,
        coalesce({{ exact_sum('return_cost') }}, 0) as automation_return_cost,
        count(case when is_bot_net_contained and is_cost_counted then 1 end) as automated_costed_count,
        {{ exact_sum('case when is_bot_net_contained and is_cost_counted then cost end') }} as automated_contact_cost,
        count(case when responder = 'human' and is_cost_counted then 1 end) as human_costed_count,
        {{ exact_sum("case when responder = 'human' and is_cost_counted then cost end") }} as human_contact_cost,
        count(case when responder in ('human', 'hybrid') and is_countable then 1 end) as human_worked_count,
        count(case when is_cost_counted then 1 end) as counted_cost_count,
        coalesce({{ exact_sum('case when is_cost_counted then cost end') }}, 0) as counted_cost
    from conversations
    group by 1, 2, 3, 4, 5, 6
)

select
    kpi_date,
    channel,
    topic,
    team,
    responder,
    bot,
    automated_priced_count,
    automated_unpriced_count,
    automated_pending_count,
    automation_bot_count,
    automated_priced_out_of_hours_count,
    automation_gross_saving,
    automation_saved_seconds,
    automation_cost,
    automation_return_cost,
    automation_gross_saving - automation_cost as automation_saving_before_returns,
    automation_gross_saving - automation_cost - automation_return_cost as automation_net_saving,
    counted_cost + automation_gross_saving - automation_cost - automation_return_cost as cost_without_automation,
    automated_costed_count,
    automated_contact_cost,
    human_costed_count,
    human_contact_cost,
    human_worked_count,
    counted_cost_count
from cells
