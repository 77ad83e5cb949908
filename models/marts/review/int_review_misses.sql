{#- The slice that lay furthest beyond its target in a month or quarter, among those large enough to say so. -#}
{% set grains = ['month', 'quarter'] -%}
with

missed as (
    select
        kpi_id,
        period_start,
        slice,
        coalesce(channel, topic, team) as segment,
        value,
        target,
        abs(value - target) as gap
    from {{ ref('kpi_values') }}
    where
        grain = 'month'
        and slice in ('channel', 'topic', 'team')
        and status in ('warn', 'bad')
        and not is_small_n
),

placed as (
    {% for grain in grains -%}
    select
        kpi_id,
        '{{ grain }}' as grain,
        cast({{ dbt.date_trunc(grain, 'period_start') }} as date) as period_start,
        slice,
        segment,
        value,
        target,
        gap
    from missed
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

ranked as (
    select
        *,
        row_number() over (
            partition by kpi_id, grain, period_start
            order by gap desc, slice asc, segment asc
        ) as gap_rank
    from placed
)

select
    kpi_id,
    grain,
    period_start,
    slice,
    segment,
    value,
    target
from ranked
where gap_rank = 1
