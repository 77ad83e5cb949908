with

forecasts as (
    select * from {{ ref('int_forecasts_chosen') }}
),

cutoff as (
    select {{ reporting_date('as_of') }} as as_of_date from {{ ref('stg_landing__as_of') }}
)

select
    forecasts.channel,
    forecasts.forecast_date,
    forecasts.method,
    forecasts.event_key,
    forecasts.forecast_contacts,
    {{ forecast_bound('forecasts.forecast_contacts', 'forecasts.miss_low_80') }} as low_80,
    {{ forecast_bound('forecasts.forecast_contacts', 'forecasts.miss_high_80') }} as high_80,
    {{ forecast_bound('forecasts.forecast_contacts', 'forecasts.miss_low_95') }} as low_95,
    {{ forecast_bound('forecasts.forecast_contacts', 'forecasts.miss_high_95') }} as high_95
from forecasts
cross join cutoff
where forecasts.forecast_date > cutoff.as_of_date and forecasts.forecast_contacts is not null
