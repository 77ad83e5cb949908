{#- Level x weekday x event, and beside it the seasonal naive forecast: the same weekday of the last week known. -#}
with

levels as (
    select * from {{ ref('int_forecast_levels') }}
),

event_days as (
    select * from {{ ref('int_event_days') }}
),

contact_days as (
    select * from {{ ref('int_contact_days') }}
),

-- A holiday or promotion over all channels, and what was usual for it: the mean of the ordinary days of the same weekday
-- before it.
past_events as (
    select
        events.date_day,
        events.event_key,
        events.contacts,
        avg(ordinary.contacts) as usual_contacts
    from contact_days as events
    inner join contact_days as ordinary
        on
            ordinary.channel = 'all'
            and ordinary.iso_weekday = events.iso_weekday
            and ordinary.event_key is null
            and ordinary.date_day < events.date_day
            and ordinary.date_day >= {{ dbt.dateadd('day', -var('forecast_learning_days'), 'events.date_day') }}
    where events.channel = 'all' and events.event_key is not null
    group by events.date_day, events.event_key, events.contacts
),

origins as (
    select distinct origin_date from levels
),

-- How many times the usual such an event brings, as known on each origin.
event_factors as (
    select
        origins.origin_date,
        past_events.event_key,
        sum(past_events.contacts) / nullif({{ exact_sum_as_double('past_events.usual_contacts') }}, 0) as event_factor
    from origins
    inner join past_events on past_events.date_day <= origins.origin_date
    group by origins.origin_date, past_events.event_key
)

select
    levels.channel,
    levels.origin_date,
    levels.is_backtest,
    levels.days_ahead,
    levels.forecast_date,
    event_days.event_key,
    levels.contact_level * levels.weekday_factor * coalesce(event_factors.event_factor, 1) as model_contacts,
    naive.contacts as naive_contacts,
    actual.contacts as actual_contacts
from levels
left join event_days on event_days.date_day = levels.forecast_date
left join event_factors
    on event_factors.origin_date = levels.origin_date and event_factors.event_key = event_days.event_key
left join contact_days as naive
    on
        naive.channel = levels.channel
        and naive.iso_weekday = levels.iso_weekday
        and naive.date_day > {{ dbt.dateadd('day', -7, 'levels.origin_date') }}
        and naive.date_day <= levels.origin_date
left join contact_days as actual
    on actual.channel = levels.channel and actual.date_day = levels.forecast_date
