-- Handle time beside the quality of the same channel or team, never without it: in the newest month in which all three are mature.
with cells as (
    select *
    from marts.kpi_values
    where
        grain = 'month'
        and slice = $slice
        and kpi_id in ('handle_time_mean', 'fcr_issue_48h', 'csat_top_box')
        and period_start = (
            select min(period_start) from kpi_months($month, $mature_from)
            where kpi_id in ('handle_time_mean', 'fcr_issue_48h', 'csat_top_box')
        )
),

paired as (
    select
        coalesce(channel, team) as segment,
        max(case kpi_id when 'handle_time_mean' then value end) as handle_time,
        max(case kpi_id when 'handle_time_mean' then n end) as handle_time_n,
        max(case kpi_id when 'fcr_issue_48h' then value end) as fcr,
        max(case kpi_id when 'fcr_issue_48h' then format('{:.0f} to {:.0f} %', 100 * ci_low, 100 * ci_high) end) as fcr_interval,
        max(case kpi_id when 'fcr_issue_48h' then n end) as fcr_n,
        max(case kpi_id when 'csat_top_box' then value end) as csat,
        max(case kpi_id when 'csat_top_box' then format('{:.0f} to {:.0f} %', 100 * ci_low, 100 * ci_high) end) as csat_interval,
        max(case kpi_id when 'csat_top_box' then n end) as csat_n
    from cells
    group by all
)

select * replace (case when fcr is not null and csat is not null then handle_time end as handle_time)
from paired
order by handle_time_n desc nulls last, segment
