-- The whole by time; teams are not summed at their peaks, which come at different times.
with days as (
    select
        work_date,
        sum(staffed_seconds * mean_used_share) / sum(staffed_seconds) as mean_share,
        max(max_used_share) as peak_share
    from marts.chat_capacity
    where work_date > cast($as_of as date) - 56 and staffed_seconds > 0
    group by work_date
)

select
    work_date as x,
    unnest(['fullest team''s peak', 'mean by time']) as series,
    unnest([peak_share, mean_share]) as value,
    0.85 as target
from days
order by series, x
