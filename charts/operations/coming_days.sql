select
    forecast_date as x,
    forecast_contacts as value,
    low_80 as low,
    high_80 as high
from marts.volume_forecast
where channel = 'all'
order by forecast_date
