{#-
    When each schedule was open, by two clocks: `current`, Zendesk's, which has today's hours for all times; and `in_force`, which has
    the hours of the time. Wall time becomes UTC date by date, so that days of a clock change have their 23 or 25 hours.
-#}
with

span as (
    select
        cast(min(created_at) as date) as first_day,
        cast(max(case when updated_at > created_at then updated_at else created_at end) as date) as last_day
    from {{ ref('base_zendesk__tickets') }}
    where created_at >= timestamp '2000-01-01 00:00:00'
),

numbers as (
    {{ whole_numbers(16384) }}
),

-- A day more at either end, for zones.
days as (
    select cast({{ dbt.dateadd(
        'day', 'cast(numbers.generated_number as integer) - 3', 'cast(span.first_day as timestamp)'
    ) }} as date) as date_day
    from span
    inner join numbers
        on
            numbers.generated_number - 6
            <= {{ dbt.datediff('span.first_day', 'span.last_day', 'day') }}
),

clocks as (
    select 'current' as clock
    union all
    select 'in_force' as clock
),

-- Holidays are inclusive at both ends, and those of a schedule that is no more close it as well.
holidays as (
    select distinct
        holidays.source_system,
        holidays.schedule_id,
        days.date_day
    from {{ vendor_table('zendesk', 'schedule_holiday') }} as holidays
    inner join days on days.date_day between cast(holidays.start_date as date) and cast(holidays.end_date as date)
    where not coalesce(holidays._fivetran_deleted, false)
),

openings as (
    select
        hours.source_system,
        hours.schedule_id,
        clocks.clock,
        hours.valid_from,
        hours.valid_until,
        {% for column, minute in [('opens_at', 'hours.opens_minute'), ('closes_at', 'hours.closes_minute')] -%}
        {{ wall_time_to_utc(wall_time_of_day('days.date_day', 'cast(' ~ minute ~ ' * 60 as integer)'), 'hours.time_zone') }}
        as {{ column }}
        {{- ',' if not loop.last }}
        {% endfor -%}
    from {{ ref('base_zendesk__schedule_hours') }} as hours
    inner join clocks on clocks.clock = 'in_force' or hours.is_current
    inner join days
        on
            mod({{ iso_weekday('days.date_day') }}, 7) = hours.weekday
    left join holidays
        on
            holidays.source_system = hours.source_system
            and holidays.schedule_id = hours.schedule_id
            and holidays.date_day = days.date_day
    where holidays.date_day is null
),

-- A version is in force from its save to the next.
windows as (
    select
        source_system,
        schedule_id,
        clock,
        case when clock = 'in_force' then greatest(opens_at, valid_from) else opens_at end as opens_at,
        case when clock = 'in_force' then least(closes_at, valid_until) else closes_at end as closes_at
    from openings
)

select
    source_system,
    schedule_id,
    clock,
    {{ epoch_seconds('opens_at') }} as opens_epoch,
    {{ epoch_seconds('closes_at') }} as closes_epoch
from windows
where closes_at > opens_at
