{{ config(materialized='view') }}
{#-
    Why a KPI changed since the period before, or since the same one of the year before: each segment's own change (rate) and
    its change of weight (mix). rate = mean weight x change of its value; mix = change of its weight x (its mean value - the
    mean total). Both sum to the change of the total: what no shown segment holds is a segment of its own, (too few).
-#}
{% set total = 'kpi_id, grain, period_start, compared_with, dimension' -%}
{% set ranked -%}
partition by {{ total }}
order by
    case when segment = '(too few)' then 1 else 0 end asc, sign(total_change) * (rate_effect + mix_effect) desc, segment asc
{%- endset -%}
with

-- Each period stands for itself, and again as the earlier one of a pair.
sides as (
    select *
    from (values ('period_before', 0), ('period_before', 1), ('year_before', 0), ('year_before', 1))
        as pairs (compared_with, is_before)  -- noqa: AL05
),

compared as (
    select
        kpi_values.kpi_id,
        kpi_values.grain,
        case
            when sides.is_before = 0 then kpi_values.period_start
            else {{ comparing_period('kpi_values.grain', 'sides.compared_with', 'kpi_values.period_start') }}
        end as period_start,
        sides.compared_with,
        kpi_values.slice as dimension,
        coalesce(kpi_values.channel, kpi_values.topic, kpi_values.team, 'all') as segment,
        sum(sides.is_before * kpi_values.denominator) as weight_before,
        sum((1 - sides.is_before) * kpi_values.denominator) as weight_now,
        sum(sides.is_before * kpis.scale * kpi_values.numerator) as numerator_before,
        sum((1 - sides.is_before) * kpis.scale * kpi_values.numerator) as numerator_now,
        sum(sides.is_before * kpi_values.n) as n_before,
        sum((1 - sides.is_before) * kpi_values.n) as n_now,
        max(case when sides.is_before = 0 then coalesce(kpi_values.maturity_rate, 1) end) as maturity_rate,
        max(kpis.small_below_n) as small_below_n
    from {{ ref('kpi_values') }} as kpi_values
    inner join {{ ref('kpi_definitions') }} as kpis on kpis.kpi_id = kpi_values.kpi_id
    cross join sides
    where
        kpi_values.grain <> 'day'
        and kpi_values.slice in ('all', 'channel', 'topic', 'team')
        and kpi_values.value is not null
        and kpi_values.numerator is not null
        -- Small teams' figures of their agents are hidden, and must not be what is left of the whole.
        and not (kpi_values.slice = 'team' and kpis.is_about_agents)
    group by 1, 2, 3, 4, 5, 6
),

placed as (
    select
        segments.*,
        wholes.weight_before as total_weight_before,
        wholes.weight_now as total_weight_now,
        wholes.numerator_before as total_numerator_before,
        wholes.numerator_now as total_numerator_now,
        wholes.n_before as total_n_before,
        wholes.n_now as total_n_now,
        wholes.maturity_rate as total_maturity_rate
    from compared as segments
    inner join compared as wholes
        on
            wholes.kpi_id = segments.kpi_id
            and wholes.grain = segments.grain
            and wholes.period_start = segments.period_start
            and wholes.compared_with = segments.compared_with
    where wholes.dimension = 'all' and segments.dimension <> 'all' and wholes.weight_before > 0 and wholes.weight_now > 0
),

-- A segment that is new or gone has the other period's value: all of its effect is mix.
rated as (
    select
        *,
        weight_before / total_weight_before as share_before,
        weight_now / total_weight_now as share_now,
        coalesce(numerator_before / nullif(weight_before, 0), numerator_now / nullif(weight_now, 0), 0) as value_before,
        coalesce(numerator_now / nullif(weight_now, 0), numerator_before / nullif(weight_before, 0), 0) as value_now,
        total_numerator_before / total_weight_before as total_value_before,
        total_numerator_now / total_weight_now as total_value_now
    from (
        select * from placed
        union all
        {{ too_few_to_show('placed') }}
    ) as segments
),

split as (
    select
        *,
        {{ to_decimals('(share_before + share_now) / 2 * (value_now - value_before)', 12) }} as own_rate_effect,
        {{ to_decimals(
            '(share_now - share_before) * ((value_before + value_now) / 2 - (total_value_before + total_value_now) / 2)', 12
        ) }} as mix_effect,
        {{ to_decimals('total_value_now - total_value_before', 12) }} as total_change
    from rated
),

-- Segments too small to show may add to the numerator without weighing: the row (too few) is what is left of the change.
closed as (
    select
        *,
        case
            when segment <> '(too few)' then own_rate_effect
            else {{ without_last_digits('total_change - mix_effect - coalesce(' ~ finest_sum(
                "case when segment <> '(too few)' then own_rate_effect + mix_effect end", '(partition by ' ~ total ~ ')'
            ) ~ ', 0)') }}
        end as rate_effect
    from split
),

summed as (
    select
        *,
        row_number() over ({{ ranked }}) as effect_rank,
        {{ without_last_digits(finest_sum('rate_effect', '(partition by ' ~ total ~ ')')) }} as total_rate_effect,
        {{ finest_sum('mix_effect', '(partition by ' ~ total ~ ')') }} as total_mix_effect
    from closed
)

select
    {{ total }},
    segment,
    nullif(n_before, 0) as n_before,
    nullif(n_now, 0) as n_now,
    share_before,
    share_now,
    value_before,
    value_now,
    rate_effect,
    mix_effect,
    rate_effect + mix_effect as effect,
    effect_rank,
    total_value_before,
    total_value_now,
    total_change,
    total_rate_effect,
    total_mix_effect,
    sign(total_change) <> sign(total_rate_effect) as is_mix_driven,
    least(n_before, n_now) < small_below_n as is_small_n,
    total_maturity_rate >= {{ var('maturity_rate_minimum') }} as is_mature
from summed
