-- How much of the change of NPS is mix?
--
-- Read: a quarter's change is what its segments did (rate_effect) and what their weights did (mix_effect); both sum to it.
--   Where mix_effect carries it, customers are as happy as before: others of them answered.
-- Beware: first look at is_beyond_chance; a change that is not needs no explanation, and most are not.
--   Segments too small for an NPS of their own count as one; months have too few answers for most segments.
--   With fewer than ten answers per segment the split itself is chance: such rows are left out.
-- KPIs: nps
-- Columns:
--   quarter: first day of the quarter
--   nps_before, nps_now: in the quarter before and in this one, in points
--   ci_low, ci_high: 95 % interval of nps_now
--   n_before, n: answers
--   change: in points
--   is_beyond_chance: larger than both intervals allow
--   dimension: how the answers are taken apart: channel, team or topic
--   answers_per_segment: n / segments
--   rate_effect, mix_effect: in points
--   mix_share: mix_effect / change; beyond 0 to 1 where both pulled against each other
with

changes as (
    select
        kpi_id,
        grain,
        period_start,
        dimension,
        sum(n_before) as n_before,
        sum(n_now) as n,
        count(n_now) as segments,
        max(total_value_before) as nps_before,
        max(total_value_now) as nps_now,
        max(total_change) as change,
        max(total_rate_effect) as rate_effect,
        max(total_mix_effect) as mix_effect
    from marts.kpi_change_drivers
    where kpi_id = 'nps' and grain = 'quarter' and compared_with = 'period_before'
    group by kpi_id, grain, period_start, dimension
)

select
    changes.period_start as quarter,
    changes.nps_before,
    changes.nps_now,
    counted.ci_low,
    counted.ci_high,
    changes.n_before,
    changes.n,
    changes.change,
    review.is_change_beyond_chance as is_beyond_chance,
    changes.dimension,
    changes.n / changes.segments as answers_per_segment,
    changes.rate_effect,
    changes.mix_effect,
    changes.mix_effect / nullif(changes.change, 0) as mix_share
from changes
inner join marts.kpi_values as counted
    on
        counted.kpi_id = changes.kpi_id
        and counted.grain = changes.grain
        and counted.period_start = changes.period_start
        and counted.slice = 'all'
inner join marts.review_pack as review
    on
        review.kpi_id = changes.kpi_id
        and review.grain = changes.grain
        and review.period_start = changes.period_start
where changes.n / changes.segments >= 10
order by changes.period_start desc, changes.dimension asc
limit 36;
