{#-
    Why a KPI changed since the period before, or since the same one of the year before: each segment's own change (rate) and its change of weight (mix).
    rate = mean weight x change of its value; mix = change of its weight x (its mean value - the mean total).
    Both together sum to the change of the total.
-#}
{% set total = 'kpi_id, grain, period_start, compared_with, dimension' -%}
{% set ranked %}partition by {{ total }} order by sign(total_change) * (rate_effect + mix_effect) desc, segment asc{% endset -%}
with

kpis as (
    select
        kpi_id,
        family in (
            {% for family in var('agent_kpi_families') -%}
            '{{ family }}'{{ ',' if not loop.last }}
            {% endfor %}
        ) as is_about_agents,
        small_below_n,
        case statistic when 'points' then 100 else 1 end as scale
    from {{ ref('kpi_registry') }}
    where statistic <> 'percentile'
),

kpi_values as (
    select * from {{ ref('kpi_values') }}
    where grain in ('week', 'month')
),

segments as (
    select
        kpi_values.kpi_id,
        kpi_values.grain,
        kpi_values.period_start,
        kpi_values.slice as dimension,
        coalesce(kpi_values.channel, kpi_values.topic, kpi_values.team) as segment,
        kpis.scale * kpi_values.numerator as numerator,
        kpi_values.denominator
    from kpi_values
    inner join kpis on kpis.kpi_id = kpi_values.kpi_id
    -- What is too small as a whole to have a value has no change to explain.
    inner join kpi_values as wholes
        on
            wholes.kpi_id = kpi_values.kpi_id
            and wholes.grain = kpi_values.grain
            and wholes.period_start = kpi_values.period_start
            and wholes.slice = 'all'
            and wholes.value is not null
    where
        kpi_values.slice in ('channel', 'topic', 'team')
        -- Small teams' figures of their agents are hidden, so that teams do not make up the whole.
        and not (kpi_values.slice = 'team' and kpis.is_about_agents)
        and kpi_values.denominator > 0
        and kpi_values.numerator is not null
),

-- Each period stands for itself, and again as the earlier one of a pair.
sided as (
    {% for comparison in comparisons() -%}
    select
        kpi_id,
        grain,
        period_start,
        '{{ comparison }}' as compared_with,
        dimension,
        segment,
        numerator as numerator_now,
        denominator as n_now,
        cast(null as {{ type_double() }}) as numerator_before,
        cast(null as {{ type_double() }}) as n_before
    from segments

    union all

    select
        kpi_id,
        grain,
        {{ compared_period(comparison) }} as period_start,
        '{{ comparison }}' as compared_with,
        dimension,
        segment,
        cast(null as {{ type_double() }}) as numerator_now,
        cast(null as {{ type_double() }}) as n_now,
        numerator as numerator_before,
        denominator as n_before
    from segments
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (
    select
        kpi_id,
        grain,
        period_start,
        compared_with,
        dimension,
        segment,
        max(n_before) as n_before,
        max(n_now) as n_now,
        max(numerator_before) as numerator_before,
        max(numerator_now) as numerator_now
    from sided
    group by
        kpi_id,
        grain,
        period_start,
        compared_with,
        dimension,
        segment
),

totals as (
    select
        {{ total }},
        {% for side in ['before', 'now'] -%}
        {{ finest_sum('n_' ~ side) }} as total_n_{{ side }},
        {{ finest_sum('numerator_' ~ side) }} / {{ finest_sum('n_' ~ side) }} as total_value_{{ side }}{{ ',' if not loop.last }}
        {% endfor %}
    from compared
    group by {{ total }}
    having sum(n_before) > 0 and sum(n_now) > 0
),

-- A segment that is new or gone has the other period's value: all of its effect is mix.
rated as (
    select
        compared.*,
        coalesce(compared.n_before, 0) / totals.total_n_before as share_before,
        coalesce(compared.n_now, 0) / totals.total_n_now as share_now,
        coalesce(compared.numerator_before / compared.n_before, compared.numerator_now / compared.n_now) as value_before,
        coalesce(compared.numerator_now / compared.n_now, compared.numerator_before / compared.n_before) as value_now,
        totals.total_value_before,
        totals.total_value_now
    from compared
    inner join totals
        on
            {% for column in total.split(', ') -%}
            totals.{{ column }} = compared.{{ column }}{{ ' and' if not loop.last }}
            {% endfor %}
),

split as (
    select
        *,
        {{ to_decimals('(share_before + share_now) / 2 * (value_now - value_before)', 12) }} as rate_effect,
        {{ to_decimals(
            '(share_now - share_before) * ((value_before + value_now) / 2 - (total_value_before + total_value_now) / 2)', 12
        ) }} as mix_effect,
        {{ to_decimals('total_value_now - total_value_before', 12) }} as total_change
    from rated
),

-- The rank and the sums share an order, so that rows are sorted once.
summed as (
    select
        *,
        row_number() over ({{ ranked }}) as effect_rank,
        {% for part in ['rate', 'mix'] -%}
        {{ finest_sum(part ~ '_effect', '(' ~ ranked ~ ' rows between unbounded preceding and unbounded following)') }}
            as total_{{ part }}_effect{{ ',' if not loop.last }}
        {% endfor %}
    from split
)

select
    summed.kpi_id,
    summed.grain,
    summed.period_start,
    summed.compared_with,
    summed.dimension,
    summed.segment,
    summed.n_before,
    summed.n_now,
    summed.share_before,
    summed.share_now,
    summed.value_before,
    summed.value_now,
    summed.rate_effect,
    summed.mix_effect,
    summed.rate_effect + summed.mix_effect as effect,
    summed.effect_rank,
    summed.total_value_before,
    summed.total_value_now,
    summed.total_change,
    summed.total_rate_effect,
    summed.total_mix_effect,
    sign(summed.total_change) <> sign(summed.total_rate_effect) as is_mix_driven,
    coalesce(summed.n_before, 0) < kpis.small_below_n or coalesce(summed.n_now, 0) < kpis.small_below_n as is_small_n,
    coalesce(whole.maturity_rate, 1) >= {{ var('maturity_rate_minimum') }} as is_mature
from summed
inner join kpis on kpis.kpi_id = summed.kpi_id
left join kpi_values as whole
    on
        whole.kpi_id = summed.kpi_id
        and whole.grain = summed.grain
        and whole.period_start = summed.period_start
        and whole.slice = 'all'
