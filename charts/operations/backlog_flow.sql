-- Whole weeks only.
with weeks as (
    select
        date_trunc('week', backlog_date) as week_start_date,
        sum(created_count + reopened_count) as come_count,
        sum(solved_count) as solved_count
    from marts.backlog
    group by 1
    having count(distinct backlog_date) = 7
)

select
    week_start_date as x,
    unnest(['created or reopened', 'solved']) as series,
    unnest([come_count, solved_count]) as value
from weeks
where week_start_date > cast($as_of as date) - 53 * 7
order by series, x
