{#-
    Every watched point with what is expected of it and whether it signals. Two passes: the second learns nothing from
    the points that the first found beyond its limits.
-#}
with

points as (
    select * from {{ ref('int_alert_points') }}
),

charted as (
    select
        points.*,
        true as is_usual
    from points
    where method = 'control_chart'
),

{{ control_chart('first', 'charted', 'is_usual') }},

first_judged as (
    select
        series_id,
        position,
        coalesce(abs(deviation) > 3 * sigma, false) as is_beyond_limit
    from first_limited
),

recharted as (
    select
        charted.*,
        not first_judged.is_beyond_limit as is_ordinary
    from charted
    inner join first_judged
        on first_judged.series_id = charted.series_id and first_judged.position = charted.position
),

{{ control_chart('second', 'recharted', 'is_ordinary') }},

sided as (
    select
        *,
        sign(deviation) as side,
        lag(sign(deviation)) over (partition by series_id order by position) as side_before
    from second_limited
    where sigma is not null
),

run_numbered as (
    select
        *,
        sum(case when side = side_before then 0 else 1 end) over (
            partition by series_id
            order by position rows between unbounded preceding and current row
        ) as run_number
    from sided
),

run_counted as (
    select
        *,
        row_number() over (partition by series_id, run_number order by position) as run_length
    from run_numbered
),

-- Where the rule looks one way only, the other way is no signal.
watched as (
    select
        *,
        case
            when direction = 'down' then -deviation
            when direction = 'up' then deviation
            else abs(deviation)
        end as severity
    from run_counted
)

select
    series_id,
    position,
    expected,
    case when is_share then greatest(expected - 3 * sigma * unit_of_chance, 0.0)
        else expected - 3 * sigma * unit_of_chance
    end as lower_limit,
    case when is_share then least(expected + 3 * sigma * unit_of_chance, 1.0)
        else expected + 3 * sigma * unit_of_chance
    end as upper_limit,
    severity,
    case
        when severity > 3 * sigma then 'beyond_limit'
        when severity > 0 and run_length >= 8 then 'eight_on_one_side'
    end as signal,
    false as is_holding
from watched

union all

-- Opens where the KPI is bad, stays open while it is between warning and target.
select
    series_id,
    position,
    target as expected,
    cast(null as {{ type_double() }}) as lower_limit,
    cast(null as {{ type_double() }}) as upper_limit,
    abs(observed - target) as severity,
    case when status = 'bad' then 'target_missed' end as signal,
    status = 'warn' as is_holding
from points
where method = 'threshold'
