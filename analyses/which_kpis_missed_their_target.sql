-- Which KPIs missed their target last month, and where?
--
-- Read: the newest complete month, the worst first. worst_segment is where to ask, driving_topic and driving_channel what
--   moved the KPI since the month before, proposed_action what to begin with.
-- Beware: where is_miss_beyond_chance is false, the target lies within the interval: watch, do not act. With n_pending the
--   KPI still moves. A worst segment is the worst of many, so it looks worse than it is.
-- KPIs: every KPI with a target (marts.kpi_definitions.direction says whether higher is better)
-- Columns:
--   month: first day of the month
--   kpi_id, kpi_name: the KPI
--   status: bad, or warn between warning and target
--   value, ci_low, ci_high: the KPI, with the 95 % interval
--   n, n_pending: population, and what is not mature
--   target: what was promised; of a band, the bound that was passed
--   is_miss_beyond_chance: the target lies outside the interval; NULL where there is none
--   change: since the month before
--   is_change_beyond_chance: larger than both intervals allow
--   driving_topic, driving_channel: what moved the KPI most in the direction of the change
--   worst_slice, worst_segment, worst_value: furthest beyond its target
--   proposed_action, owner_role, due_date: what to do, who, and when its effect can be read
with

months as (
    select
        *,
        max(period_start) over () as newest_month
    from marts.review_pack
    where grain = 'month' and is_complete
)

select
    months.period_start as month,
    months.kpi_id,
    months.kpi_name,
    months.status,
    months.value,
    counted.ci_low,
    counted.ci_high,
    months.n,
    counted.n_pending,
    months.target,
    months.target not between counted.ci_low and counted.ci_high as is_miss_beyond_chance,
    months.change,
    months.is_change_beyond_chance,
    months.driving_topic,
    months.driving_channel,
    months.worst_slice,
    months.worst_segment,
    months.worst_value,
    months.proposed_action,
    months.owner_role,
    months.due_date
from months
inner join marts.kpi_values as counted
    on
        counted.kpi_id = months.kpi_id
        and counted.grain = months.grain
        and counted.period_start = months.period_start
        and counted.slice = 'all'
where months.period_start = months.newest_month and months.status in ('bad', 'warn')
order by months.status asc, is_miss_beyond_chance desc nulls last, months.kpi_id asc;
