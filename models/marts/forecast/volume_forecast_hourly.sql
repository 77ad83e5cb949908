with

days as (
    select * from {{ ref('volume_forecast') }}
),

profiles as (
    select * from {{ ref('int_intraday_profiles') }}
)

select
    days.channel,
    days.forecast_date,
    profiles.hour_of_day,
    days.method,
    days.forecast_contacts * profiles.hour_share as forecast_contacts
from days
inner join profiles
    on
        profiles.channel = days.channel
        and profiles.is_weekend = ({{ iso_weekday('days.forecast_date') }} >= 6)
