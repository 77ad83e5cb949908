with

forecasts as (
    select * from {{ ref('int_volume_forecasts') }}
),

tested as (
    select * from forecasts
    where is_backtest and model_contacts is not null and naive_contacts is not null and actual_contacts is not null
),

-- Whole weeks show what a roster sees: a day's misses partly cancel out.
weeks as (
    select
        channel,
        origin_date,
        floor((days_ahead - 1) / 7.0) as week_ahead,
        {{ exact_sum_as_double('model_contacts') }} as model_contacts,
        sum(naive_contacts) as naive_contacts,
        sum(actual_contacts) as actual_contacts
    from tested
    group by channel, origin_date, floor((days_ahead - 1) / 7.0)
    having count(*) = 7
),

daily as (
    select
        channel,
        count(distinct origin_date) as origin_count,
        count(*) as day_count,
        min(origin_date) as first_origin_date,
        max(forecast_date) as last_forecast_date,
        sum(actual_contacts) as actual_contacts,
        {{ exact_sum_as_double('abs(model_contacts - actual_contacts)') }} / nullif(sum(actual_contacts), 0) as wape_model,
        {{ exact_sum_as_double('abs(naive_contacts - actual_contacts)') }} / nullif(sum(actual_contacts), 0)
        as wape_seasonal_naive,
        {{ exact_sum_as_double('model_contacts - actual_contacts') }} / nullif(sum(actual_contacts), 0) as bias_model
    from tested
    group by channel
),

weekly as (
    select
        channel,
        {{ exact_sum_as_double('abs(model_contacts - actual_contacts)') }} / nullif(sum(actual_contacts), 0)
        as weekly_wape_model,
        {{ exact_sum_as_double('abs(naive_contacts - actual_contacts)') }} / nullif(sum(actual_contacts), 0)
        as weekly_wape_seasonal_naive
    from weeks
    group by channel
)

select
    daily.channel,
    case when daily.wape_model < daily.wape_seasonal_naive then 'level_weekday_event' else 'seasonal_naive' end
    as method,
    daily.origin_count,
    daily.day_count,
    daily.first_origin_date,
    daily.last_forecast_date,
    daily.actual_contacts,
    daily.wape_model,
    daily.wape_seasonal_naive,
    weekly.weekly_wape_model,
    weekly.weekly_wape_seasonal_naive,
    daily.bias_model
from daily
left join weekly on weekly.channel = daily.channel
