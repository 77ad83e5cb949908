{#-
    The days ahead by the method that did better in the backtest, with intervals from its misses there. A miss is
    measured in roots of the forecast, as counts vary: so one miss of a quiet day does not widen a busy day out of bounds.
    Without a backtest the naive forecast stands, without an interval.
-#}
with

forecasts as (
    select
        forecasts.*,
        coalesce(backtest.method, 'seasonal_naive') as method,
        case backtest.method
            when 'level_weekday_event' then forecasts.model_contacts
            else forecasts.naive_contacts
        end as forecast_contacts
    from {{ ref('int_volume_forecasts') }} as forecasts
    left join {{ ref('forecast_backtest') }} as backtest on backtest.channel = forecasts.channel
),

misses as (
    select
        channel,
        (actual_contacts - forecast_contacts) / sqrt(greatest(forecast_contacts, 1.0)) as miss
    from forecasts
    where is_backtest and actual_contacts is not null and forecast_contacts is not null
),

spread as (
    select
        channel,
        {{ percentile('miss', 0.025) }} as miss_low_95,
        {{ percentile('miss', 0.1) }} as miss_low_80,
        {{ percentile('miss', 0.9) }} as miss_high_80,
        {{ percentile('miss', 0.975) }} as miss_high_95
    from misses
    group by channel
)

select
    forecasts.channel,
    forecasts.origin_date,
    forecasts.days_ahead,
    forecasts.forecast_date,
    forecasts.event_key,
    forecasts.method,
    forecasts.forecast_contacts,
    spread.miss_low_95,
    spread.miss_low_80,
    spread.miss_high_80,
    spread.miss_high_95
from forecasts
left join spread on spread.channel = forecasts.channel
where not forecasts.is_backtest
