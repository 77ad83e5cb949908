{#-
    Open seconds of each schedule before each day in UTC, and when it opens and closes in it. So the open time between two
    instants is two look-ups (macro open_seconds_by), and no ticket is drawn out over weeks.
-#}
with

windows as (
    select * from {{ ref('base_zendesk__open_windows') }}
),

shifts as (
    select 0 as day_count
    union all
    select 1 as day_count
),

-- Cut at midnight in UTC: by that day an instant is looked up. A window is no longer than 25 hours.
pieces as (
    select
        windows.source_system,
        windows.schedule_id,
        cast(floor(windows.opens_epoch / 86400) as bigint) + shifts.day_count as epoch_day,
        greatest(windows.opens_epoch, (floor(windows.opens_epoch / 86400) + shifts.day_count) * 86400) as opens_epoch,
        least(windows.closes_epoch, (floor(windows.opens_epoch / 86400) + shifts.day_count + 1) * 86400) as closes_epoch
    from windows
    cross join shifts
    where windows.closes_epoch > (floor(windows.opens_epoch / 86400) + shifts.day_count) * 86400
),

numbered as (
    select
        *,
        row_number() over (
            partition by source_system, schedule_id, epoch_day
            order by opens_epoch, closes_epoch
        ) as opening_rank
    from pieces
),

opened as (
    select
        source_system,
        schedule_id,
        epoch_day,
        count(*) as opening_count,
        sum(closes_epoch - opens_epoch) as open_seconds,
        {% for rank in range(1, openings_a_day() + 1) -%}
        max(case when opening_rank = {{ rank }} then opens_epoch end) as opens_{{ rank }},
        max(case when opening_rank = {{ rank }} then closes_epoch end) as closes_{{ rank }}{{ ',' if not loop.last }}
        {% endfor -%}
    from numbered
    group by source_system, schedule_id, epoch_day
),

reach as (
    select
        source_system,
        schedule_id,
        min(epoch_day) as first_day,
        max(epoch_day) as last_day
    from pieces
    group by source_system, schedule_id
),

numbers as (
    {{ whole_numbers(16384) }}
)

-- A week more at either end: before the first opening and after the last nothing is open.
select
    reach.source_system,
    reach.schedule_id,
    reach.first_day + numbers.generated_number - 8 as epoch_day,
    coalesce(opened.opening_count, 0) as opening_count,
    coalesce(sum(opened.open_seconds) over (
        partition by reach.source_system, reach.schedule_id
        order by numbers.generated_number
        rows between unbounded preceding and 1 preceding
    ), 0) as open_seconds_before,
    {% for rank in range(1, openings_a_day() + 1) -%}
    opened.opens_{{ rank }},
    opened.closes_{{ rank }}{{ ',' if not loop.last }}
    {% endfor -%}
from reach
inner join numbers on numbers.generated_number <= reach.last_day - reach.first_day + 15
left join opened
    on
        opened.source_system = reach.source_system
        and opened.schedule_id = reach.schedule_id
        and opened.epoch_day = reach.first_day + numbers.generated_number - 8
