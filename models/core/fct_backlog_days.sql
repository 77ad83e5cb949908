{#-
    Tickets open at the end of each day, from the intervals of their conversations: [started_at, resolved_at).
    Whole days tell the age: what was opened today is under a day old tonight, yesterday's under two.
-#}
{% set ages = {'0_1d': (0, 1), '1_3d': (1, 3), '3_7d': (3, 7), '7_30d': (7, 30), 'over_30d': (30, none)} -%}
with

tickets as (
    select
        channel,
        coalesce(team, 'unknown') as team,
        conversation_date as opened_date,
        {{ reporting_date('resolved_at') }} as solved_date,
        count(case when conversation_seq = 1 then 1 end) as created_count,
        count(case when conversation_seq > 1 then 1 end) as reopened_count,
        count(*) as ticket_count
    from {{ ref('fct_conversations') }}
    where source_type = 'ticket' and is_countable
    group by
        1,
        2,
        3,
        4
),

-- What comes and goes. An age is entered on the evening when a ticket has reached it unsolved, and left for the next.
changes as (
    select
        channel,
        team,
        opened_date as date_day,
        'created' as what,
        created_count as change
    from tickets
    union all
    select
        channel,
        team,
        opened_date as date_day,
        'reopened' as what,
        reopened_count as change
    from tickets
    union all
    select
        channel,
        team,
        solved_date as date_day,
        'solved' as what,
        ticket_count as change
    from tickets
    {% for age, (from_days, until_days) in ages.items() -%}
    {% set reached = 'cast(' ~ dbt.dateadd('day', from_days, 'opened_date') ~ ' as date)' -%}
    union all
    select
        channel,
        team,
        {{ reached }} as date_day,
        '{{ age }}' as what,
        ticket_count as change
    from tickets
    where solved_date is null or solved_date > {{ reached }}
    union all
    {% if until_days -%}
    {% set outgrown = 'cast(' ~ dbt.dateadd('day', until_days, 'opened_date') ~ ' as date)' -%}
    select
        channel,
        team,
        least(coalesce(solved_date, {{ outgrown }}), {{ outgrown }}) as date_day,
        '{{ age }}' as what,
        -1 * ticket_count as change
    from tickets
    where solved_date is null or solved_date > {{ reached }}
    {% else -%}
    select
        channel,
        team,
        solved_date as date_day,
        '{{ age }}' as what,
        -1 * ticket_count as change
    from tickets
    where solved_date > {{ reached }}
    {% endif -%}
    {% endfor %}
),

summed as (
    select
        channel,
        team,
        date_day,
        {% for what in ['created', 'reopened', 'solved'] + (ages.keys() | list) -%}
        sum(case when what = '{{ what }}' then change else 0 end) as change_{{ what }}{{ ',' if not loop.last }}
        {% endfor %}
    from changes
    group by
        1,
        2,
        3
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
        group by
            1,
            2
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
        coalesce(summed.change_created, 0) as created_count,
        coalesce(summed.change_reopened, 0) as reopened_count,
        coalesce(summed.change_solved, 0) as solved_count,
        {% for age in ages -%}
        coalesce(sum(summed.change_{{ age }}) over (
            partition by days.channel, days.team
            order by days.date_day
            rows between unbounded preceding and current row
        ), 0) as open_{{ age }}_count{{ ',' if not loop.last }}
        {% endfor %}
    from days
    left join summed
        on
            summed.channel = days.channel
            and summed.team = days.team
            and summed.date_day = days.date_day
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
    {% for age in ages -%}
    cast(open_{{ age }}_count as bigint) as open_{{ age }}_count,
    {% endfor -%}
    avg(cast(solved_count as {{ type_double() }})) over (
        partition by channel, team
        order by date_day
        rows between {{ var('backlog_solve_days') - 1 }} preceding and current row
    ) as mean_daily_solved_count
from counted
