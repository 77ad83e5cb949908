with paths as (
    select
        from_channel,
        to_channel,
        sum(repeat_count) as repeat_count
    from marts.repeat_paths
    where month_start_date > $month - interval 3 months and month_start_date <= $month
    group by all
)

select
    to_channel as x,
    from_channel as y,
    repeat_count as value,
    repeat_count as n
from paths
order by
    sum(repeat_count) over (partition by from_channel) desc,
    from_channel,
    sum(repeat_count) over (partition by to_channel) desc,
    to_channel
