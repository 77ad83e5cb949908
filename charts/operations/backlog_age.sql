with ends as (
    select *
    from marts.backlog
    where
        backlog_date > cast($as_of as date) - 26 * 7
        -- The last day of each week, and the cut-off's own day.
        and (isodow(backlog_date) = 7 or backlog_date = (select max(backlog_date) from marts.backlog))
)

select
    date_trunc('week', backlog_date) as x,
    unnest(['under 1 day', '1 to 3 days', '3 to 7 days', '7 to 30 days', 'over 30 days']) as series,
    unnest([
        sum(open_0_1d_count), sum(open_1_3d_count), sum(open_3_7d_count), sum(open_7_30d_count), sum(open_over_30d_count)
    ]) as value
from ends
group by backlog_date
order by x
