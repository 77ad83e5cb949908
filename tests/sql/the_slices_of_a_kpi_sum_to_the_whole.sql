{#-
    Every conversation, answer or day has one channel, topic, team and responder (unknown is one): cut by any of them, a
    KPI's denominators sum to that of the whole. Percentiles have no sums, who is trained is counted once, and what
    a slice would have cost without bots may be less than nothing, so that it is not listed. Nor do the teams sum where
    one is too small to show.
-#}
with

sliced as (
    select
        kpis.kpi_id,
        kpis.grain,
        kpis.period_start,
        kpis.slice,
        sum(coalesce(kpis.denominator, 0)) as denominator,
        max(case when kpis.no_value_reason = 'small_group' then 1 else 0 end) as has_hidden
    from {{ ref('kpi_values') }} as kpis
    inner join {{ ref('kpi_registry') }} as registry on registry.kpi_id = kpis.kpi_id
    where
        kpis.grain <> 'day'
        and kpis.slice <> 'channel+topic'
        and registry.statistic <> 'percentile'
        and registry.family <> 'training'
        and registry.kpi_id <> 'automation_cost_reduction'
    group by
        kpis.kpi_id,
        kpis.grain,
        kpis.period_start,
        kpis.slice
)

select
    slices.kpi_id,
    slices.grain,
    slices.period_start,
    slices.slice,
    slices.denominator,
    wholes.denominator as whole
from sliced as slices
inner join sliced as wholes
    on
        wholes.kpi_id = slices.kpi_id
        and wholes.grain = slices.grain
        and wholes.period_start = slices.period_start
        and wholes.slice = 'all'
where
    slices.has_hidden = 0
    and abs(slices.denominator - wholes.denominator) > 1e-6 * greatest(abs(wholes.denominator), 1)
