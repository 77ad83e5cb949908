{#-
    Every conversation, answer or day has one channel, topic, team, responder and bot (unknown is one): cut by any of them, a
    KPI's denominators, observations and pending sum to those of the whole, slices too small to show included.
    Percentiles have no sums, and who is trained is counted once a period.
-#}
with

sliced as (
    select
        sums.kpi_id,
        sums.grain,
        sums.period_start,
        sums.slice,
        sum(coalesce(sums.denominator, 0)) as denominator,
        sum(coalesce(sums.n, 0)) as n,
        sum(coalesce(sums.n_pending, 0)) as n_pending
    from {{ ref('int_kpi_sums') }} as sums
    inner join {{ ref('kpi_registry') }} as registry on registry.kpi_id = sums.kpi_id
    where sums.grain <> 'day' and registry.statistic <> 'percentile' and registry.family <> 'training'
    group by sums.kpi_id, sums.grain, sums.period_start, sums.slice
)

select
    slices.*,
    wholes.denominator as whole_denominator,
    wholes.n as whole_n,
    wholes.n_pending as whole_n_pending
from sliced as slices
inner join sliced as wholes
    on
        wholes.kpi_id = slices.kpi_id
        and wholes.grain = slices.grain
        and wholes.period_start = slices.period_start
        and wholes.slice = 'all'
where
    abs(slices.denominator - wholes.denominator) > 1e-6 * greatest(abs(wholes.denominator), 1)
    or slices.n <> wholes.n
    or slices.n_pending <> wholes.n_pending
