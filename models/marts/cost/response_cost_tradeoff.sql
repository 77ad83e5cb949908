with

monthly_values as (
    select
        kpi_id,
        period_start,
        channel,
        numerator,
        denominator,
        value
    from {{ ref('kpi_values') }}
    where
        grain = 'month'
        and slice = 'channel'
        and kpi_id in ('first_response_human_mean', 'cost_per_interaction')
),

paired as (
    select
        response.period_start as month_start_date,
        response.channel,
        response.value as first_response_seconds,
        interaction.value as cost_per_interaction
    from monthly_values as response
    inner join monthly_values as interaction
        on
            interaction.kpi_id = 'cost_per_interaction'
            and interaction.period_start = response.period_start
            and interaction.channel = response.channel
    where response.kpi_id = 'first_response_human_mean'
),

followed as (
    select
        *,
        first_response_seconds - lag(first_response_seconds) over (
            partition by channel order by month_start_date
        ) as first_response_change_seconds,
        cost_per_interaction - lag(cost_per_interaction) over (
            partition by channel order by month_start_date
        ) as cost_per_interaction_change
    from paired
)

-- Below 0, both got better or both got worse: speed was not bought with money.
select
    month_start_date,
    channel,
    first_response_seconds,
    cost_per_interaction,
    first_response_change_seconds,
    cost_per_interaction_change,
    {{ rate('-1 * cost_per_interaction_change', 'first_response_change_seconds') }} as cost_per_second_saved
from followed
