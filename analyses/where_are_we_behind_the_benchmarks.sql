-- Where are we behind the benchmarks?
--
-- Read: the newest complete month, the greatest gaps first. relative_gap makes seconds and shares comparable: -0.2 = a
--   fifth below their range, 0 = inside it.
-- Beware: those who report a benchmark choose it, often from a good year; source and population say who they are. Only
--   rows with the same formula are listed; the others, with their reason, are in marts.benchmark_gaps. Where the interval
--   reaches the range there is no gap to speak of.
-- KPIs: every KPI with a benchmark
-- Columns:
--   month: first day of the month
--   kpi_id: the KPI
--   scope: the channel, responder or topic tier that is compared, or all
--   value, ci_low, ci_high: ours, with the 95 % interval where the scope is a slice of marts.kpi_values
--   n, n_pending: population, and what is not mature, likewise
--   low, high: their range; NULL = open
--   is_reached: at least as good as its less demanding end
--   gap, relative_gap: distance to the range, and the same as a part of its nearer end
--   source, population: who reports it, of whom
with

newest_month as (
    select max(period_start) as month_start_date
    from marts.review_pack
    where grain = 'month' and is_complete
),

gaps as (
    select
        *,
        coalesce(channel, responder, topic_tier, 'all') as scope,
        case
            when topic_tier is not null then 'none'
            when channel is not null then 'channel'
            when responder is not null then 'responder'
            else 'all'
        end as slice
    from marts.benchmark_gaps
    where no_gap_reason is null
)

select
    gaps.month_start_date as month,
    gaps.kpi_id,
    gaps.scope,
    gaps.value,
    counted.ci_low,
    counted.ci_high,
    counted.n,
    counted.n_pending,
    gaps.low,
    gaps.high,
    gaps.is_reached,
    gaps.gap,
    gaps.gap / nullif(case when gaps.gap < 0 then gaps.low else gaps.high end, 0) as relative_gap,
    gaps.source,
    gaps.population
from gaps
inner join newest_month on newest_month.month_start_date = gaps.month_start_date
left join marts.kpi_values as counted
    on
        counted.kpi_id = gaps.kpi_id
        and counted.grain = 'month'
        and counted.period_start = gaps.month_start_date
        and counted.slice = gaps.slice
        and coalesce(counted.channel, '') = coalesce(gaps.channel, '')
        and coalesce(counted.responder, '') = coalesce(gaps.responder, '')
order by
    gaps.is_reached asc,
    abs(relative_gap) desc nulls last,
    gaps.kpi_id asc,
    gaps.scope asc,
    gaps.source asc,
    gaps.population asc;
