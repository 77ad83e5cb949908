select
    days.channel,
    days.forecast_date,
    days.forecast_contacts,
    sum(hours.forecast_contacts) as hourly_contacts
from {{ ref('volume_forecast') }} as days
inner join {{ ref('volume_forecast_hourly') }} as hours
    on hours.channel = days.channel and hours.forecast_date = days.forecast_date
group by days.channel, days.forecast_date, days.forecast_contacts
having abs(sum(hours.forecast_contacts) - days.forecast_contacts) > 1e-6 or count(*) <> 24
