{#-
    Tickets open at the end of each day: from a beginning or a reopening to the next solve, as its events have it. Whole days
    since then tell the age: what was opened today is under a day old tonight, yesterday's under two.
-#}
with

tickets as (
    select
        channel,
        team,
        {{ reporting_date('opened_at') }} as opened_date,
        {{ reporting_date('solved_at') }} as solved_date,
        sum(created) as created_count,
        sum(1 - created) as reopened_count,
        count(*) as ticket_count
    from {{ ref('int_ticket_open_stretches') }}
    group by 1, 2, 3, 4
),

ages as (
    select
        listed.age,
        listed.from_days,
        listed.until_days
    from (values ('0_1d', 0, 1), ('1_3d', 1, 3), ('3_7d', 3, 7), ('7_30d', 7, 30), ('over_30d', 30, 100000))
        as listed (age, from_days, until_days)
),

aged as (
    select
        tickets.*,
        ages.age,
        cast({{ dbt.dateadd('day', 'ages.from_days', 'tickets.opened_date') }} as date) as reached_date,
        cast({{ dbt.dateadd('day', 'ages.until_days', 'tickets.opened_date') }} as date) as outgrown_date
    from tickets
    cross join ages
),

-- What comes and goes. An age is entered on the evening when a ticket has reached it unsolved, and left for the next.
changes as (
    select
        tickets.channel,
        tickets.team,
        case flows.what when 'solved' then tickets.solved_date else tickets.opened_date end as date_day,
        flows.what,
        case flows.what
            when 'created' then tickets.created_count
            when 'reopened' then tickets.reopened_count
            else tickets.ticket_count
        end as change
    from tickets
    cross join (values ('created'), ('reopened'), ('solved')) as flows (what)
    union all
    select
        aged.channel,
        aged.team,
        case
            when sides.side = 1 then aged.reached_date
            else least(coalesce(aged.solved_date, aged.outgrown_date), aged.outgrown_date)
        end as date_day,
        aged.age as what,
        sides.side * aged.ticket_count as change
    from aged
    cross join (values (1), (-1)) as sides (side)
    where aged.solved_date is null or aged.solved_date > aged.reached_date
),

summed as (
    select
        channel,
        team,
        date_day,
        sum(case when what = 'created' then change else 0 end) as created_count,
        sum(case when what = 'reopened' then change else 0 end) as reopened_count,
        sum(case when what = 'solved' then change else 0 end) as solved_count,
        sum(case when what = '0_1d' then change else 0 end) as change_0_1d,
        sum(case when what = '1_3d' then change else 0 end) as change_1_3d,
        sum(case when what = '3_7d' then change else 0 end) as change_3_7d,
        sum(case when what = '7_30d' then change else 0 end) as change_7_30d,
        sum(case when what = 'over_30d' then change else 0 end) as change_over_30d
    from changes
    group by 1, 2, 3
),

-- A channel and team have a row for each day since their first ticket.
days as (
    select
        firsts.channel,
        firsts.team,
        dates.date_day
    from (
        select
            channel,
            team,
            min(opened_date) as first_date
        from tickets
        group by 1, 2
    ) as firsts
    cross join {{ ref('stg_landing__as_of') }} as cutoff
    inner join {{ ref('dim_dates') }} as dates
        on
            dates.date_day >= firsts.first_date
            and dates.date_day <= {{ reporting_date('cutoff.as_of') }}
),

counted as (
    select
        days.channel,
        days.team,
        days.date_day,
        coalesce(summed.created_count, 0) as created_count,
        coalesce(summed.reopened_count, 0) as reopened_count,
        coalesce(summed.solved_count, 0) as solved_count,
        coalesce(sum(summed.change_0_1d) over so_far, 0) as open_0_1d_count,
        coalesce(sum(summed.change_1_3d) over so_far, 0) as open_1_3d_count,
        coalesce(sum(summed.change_3_7d) over so_far, 0) as open_3_7d_count,
        coalesce(sum(summed.change_7_30d) over so_far, 0) as open_7_30d_count,
        coalesce(sum(summed.change_over_30d) over so_far, 0) as open_over_30d_count
    from days
    left join summed
        on
            summed.channel = days.channel
            and summed.team = days.team
            and summed.date_day = days.date_day
    window so_far as (partition by days.channel, days.team order by days.date_day)
)

select
    date_day as backlog_date,
    channel,
    team,
    cast(created_count as bigint) as created_count,
    cast(reopened_count as bigint) as reopened_count,
    cast(solved_count as bigint) as solved_count,
    cast(
        open_0_1d_count + open_1_3d_count + open_3_7d_count + open_7_30d_count + open_over_30d_count as bigint
    ) as open_count,
    cast(open_0_1d_count as bigint) as open_0_1d_count,
    cast(open_1_3d_count as bigint) as open_1_3d_count,
    cast(open_3_7d_count as bigint) as open_3_7d_count,
    cast(open_7_30d_count as bigint) as open_7_30d_count,
    cast(open_over_30d_count as bigint) as open_over_30d_count,
    avg(cast(solved_count as {{ type_double() }})) over (
        partition by channel, team
        order by date_day
        rows between {{ var('backlog_solve_days') - 1 }} preceding and current row
    ) as mean_daily_solved_count
from counted
