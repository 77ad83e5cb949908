{#- Level x weekday x event, and beside it the seasonal naive forecast: the same weekday of the last week known. -#}
with

origins as (
    select
        *,
        {{ iso_weekday('forecast_date') }} as iso_weekday
    from {{ ref('int_forecast_origins') }}
),

levels as (
    select * from {{ ref('int_forecast_levels') }}
),

event_days as (
    select * from {{ ref('int_event_days') }}
),

event_factors as (
    select * from {{ ref('int_event_factors') }}
),

contact_days as (
    select * from {{ ref('int_contact_days') }}
)

select
    origins.channel,
    origins.origin_date,
    origins.is_backtest,
    origins.days_ahead,
    origins.forecast_date,
    event_days.event_key,
    levels.contact_level * levels.weekday_factor * coalesce(event_factors.event_factor, 1) as model_contacts,
    naive.contacts as naive_contacts,
    actual.contacts as actual_contacts
from origins
left join levels
    on
        levels.channel = origins.channel
        and levels.origin_date = origins.origin_date
        and levels.iso_weekday = origins.iso_weekday
left join event_days on event_days.date_day = origins.forecast_date
left join event_factors
    on event_factors.origin_date = origins.origin_date and event_factors.event_key = event_days.event_key
left join contact_days as naive
    on
        naive.channel = origins.channel
        and naive.iso_weekday = origins.iso_weekday
        and naive.date_day > {{ dbt.dateadd('day', -7, 'origins.origin_date') }}
        and naive.date_day <= origins.origin_date
left join contact_days as actual
    on actual.channel = origins.channel and actual.date_day = origins.forecast_date
