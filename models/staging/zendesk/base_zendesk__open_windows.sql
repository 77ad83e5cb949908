{#-
    When each schedule was open by Zendesk's clock, which has today's hours for all times. Wall time becomes UTC date by date, so that
    days of a clock change have their 23 or 25 hours.
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

openings as (
    select
        hours.source_system,
        hours.schedule_id,
        {% for column, minute in [('opens_at', 'hours.opens_minute'), ('closes_at', 'hours.closes_minute')] -%}
        {{ wall_time_to_utc(wall_time_of_day('days.date_day', 'cast(' ~ minute ~ ' * 60 as integer)'), 'hours.time_zone') }}
        as {{ column }}
        {{- ',' if not loop.last }}
        {% endfor -%}
    from {{ ref('base_zendesk__schedule_hours') }} as hours
    inner join days
        on
            mod({{ iso_weekday('days.date_day') }}, 7) = hours.weekday
    left join {{ ref('base_zendesk__closed_days') }} as holidays
        on
            holidays.source_system = hours.source_system
            and holidays.schedule_id = hours.schedule_id
            and holidays.holiday_date = days.date_day
    where hours.is_current and holidays.holiday_date is null
)

select
    source_system,
    schedule_id,
    {{ epoch_seconds('opens_at') }} as opens_epoch,
    {{ epoch_seconds('closes_at') }} as closes_epoch
from openings
where closes_at > opens_at
