with

cells as (
    select * from {{ ref('kpi_automation_value') }}
),

baselines as (
    select * from {{ ref('int_human_baselines') }}
),

contained as (
    select
        cast({{ dbt.date_trunc('month', 'kpi_date') }} as date) as month_start_date,
        topic,
        sum(bot_net_contained_count) as automated_contact_count
    from {{ ref('kpi_bots') }}
    group by 1, 2
),

summed as (
    select
        cast({{ dbt.date_trunc('month', 'kpi_date') }} as date) as month_start_date,
        topic,
        sum(automated_priced_count) as automated_priced_count,
        sum(automated_priced_out_of_hours_count) as automated_priced_out_of_hours_count,
        {{ exact_sum_as_double('automation_gross_saving') }} as gross_saving,
        {{ exact_sum_as_double('automation_cost') }} as automation_cost,
        {{ exact_sum_as_double('automation_return_cost') }} as return_cost,
        {{ exact_sum_as_double('automation_net_saving') }} as net_saving,
        {{ exact_sum_as_double('automation_saved_seconds') }} / 3600 as saved_hours
    from cells
    group by 1, 2
),

-- A worked hour of people on this topic costs what their contacts cost over the hours that these took.
priced as (
    select
        summed.*,
        contained.automated_contact_count,
        baselines.human_cost_per_interaction,
        baselines.human_handle_seconds,
        {{ rate('baselines.human_cost_per_interaction', 'baselines.human_handle_seconds') }} * 3600
        as human_cost_per_worked_hour
    from summed
    inner join contained
        on
            contained.month_start_date = summed.month_start_date
            and contained.topic = summed.topic
    left join baselines
        on
            baselines.month_start_date = summed.month_start_date
            and baselines.topic = summed.topic
    where contained.automated_contact_count > 0 or summed.automation_cost > 0
)

select
    month_start_date,
    topic,
    cast(automated_contact_count as bigint) as automated_contact_count,
    cast(automated_priced_count as bigint) as automated_priced_count,
    human_cost_per_interaction,
    human_handle_seconds,
    human_cost_per_worked_hour,
    gross_saving,
    automation_cost,
    return_cost,
    net_saving,
    {{ rate('net_saving', 'automated_priced_count') }} as saving_per_query,
    saved_hours,
    saved_hours / {{ var('productive_hours_per_fte_month') }} as saved_fte,
    automated_priced_out_of_hours_count * {{ var('out_of_hours_call_share') }} * human_cost_per_interaction
    as out_of_hours_saving,
    {{ rate('net_saving', 'automation_cost') }} as roi_by_contacts,
    {{ rate('saved_hours * human_cost_per_worked_hour - automation_cost - return_cost', 'automation_cost') }}
    as roi_by_hours
from priced
