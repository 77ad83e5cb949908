-- How long is the backlog's tail?
--
-- Read: from the top, the teams with the most tickets older than 30 days. They rarely wait for work: they are forgotten,
--   and want an answer or an end. wait_days says how long all others take at the present pace.
-- Beware: a count of the last day, not a sample: it has no interval and nothing is pending. Tickets only. A tail as long
--   as 28 days before is a matter of tidying up, one that grows is a matter of staff.
-- KPIs: backlog_days, backlog_old_share
-- Columns:
--   team: team of the tickets
--   n: tickets open at the end of the last day
--   open_0_7d, open_7_30d, open_over_30d: of them so many days old
--   tail_share: open_over_30d / n
--   tail_share_28d_before: the same 28 days before
--   created_per_day, solved_per_day: means of the last 28 days
--   backlog_days: n / solved_per_day
--   wait_days: open up to 30 days / solved_per_day
with

last_days as (
    select
        *,
        max(backlog_date) over () as last_date
    from marts.backlog
),

teams as (
    select
        team,
        sum(open_count) filter (where backlog_date = last_date) as n,
        sum(open_0_1d_count + open_1_3d_count + open_3_7d_count) filter (where backlog_date = last_date) as open_0_7d,
        sum(open_7_30d_count) filter (where backlog_date = last_date) as open_7_30d,
        sum(open_over_30d_count) filter (where backlog_date = last_date) as open_over_30d,
        sum(open_count) filter (where backlog_date = last_date - 28) as n_before,
        sum(open_over_30d_count) filter (where backlog_date = last_date - 28) as open_over_30d_before,
        sum(created_count) filter (where backlog_date > last_date - 28) / 28 as created_per_day,
        sum(solved_count) filter (where backlog_date > last_date - 28) / 28 as solved_per_day
    from last_days
    group by team
)

select
    team,
    n,
    open_0_7d,
    open_7_30d,
    open_over_30d,
    open_over_30d / nullif(n, 0) as tail_share,
    open_over_30d_before / nullif(n_before, 0) as tail_share_28d_before,
    created_per_day,
    solved_per_day,
    n / nullif(solved_per_day, 0) as backlog_days,
    (open_0_7d + open_7_30d) / nullif(solved_per_day, 0) as wait_days
from teams
order by open_over_30d desc, team asc;
