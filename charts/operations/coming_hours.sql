select
    hour_of_day as x,
    strftime(forecast_date, '%a %-d %b') as y,
    sum(forecast_contacts) as value
from marts.volume_forecast_hourly
where channel = 'all' and forecast_date <= cast($as_of as date) + 7
group by all
order by min(forecast_date), hour_of_day
