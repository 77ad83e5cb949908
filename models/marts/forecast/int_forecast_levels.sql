{#-
    What each origin knows of ordinary days: a factor per weekday, and a level that weighs a day half as much per
    half-life. Holidays and promotions teach nothing about ordinary days.
-#}
with

origins as (
    select distinct
        channel,
        origin_date
    from {{ ref('int_forecast_origins') }}
),

contact_days as (
    select * from {{ ref('int_contact_days') }}
),

learnt as (
    select
        origins.channel,
        origins.origin_date,
        days.iso_weekday,
        days.contacts,
        {{ dbt.datediff('days.date_day', 'origins.origin_date', 'day') }}
        as age_days
    from origins
    inner join contact_days as days
        on
            days.channel = origins.channel
            and days.date_day <= origins.origin_date
            and days.date_day > {{ dbt.dateadd('day', -var('forecast_learning_days'), 'origins.origin_date') }}
            and days.event_key is null
),

-- Each weekday's mean over the mean of the weekdays, so that a missing holiday does not tilt the scale.
weekdays as (
    select
        channel,
        origin_date,
        iso_weekday,
        avg(contacts) as weekday_mean
    from learnt
    group by
        channel,
        origin_date,
        iso_weekday
),

means as (
    select
        channel,
        origin_date,
        {{ exact_sum_as_double('weekday_mean') }} / count(*) as day_mean
    from weekdays
    group by
        channel,
        origin_date
),

factors as (
    select
        weekdays.channel,
        weekdays.origin_date,
        weekdays.iso_weekday,
        weekdays.weekday_mean / nullif(means.day_mean, 0) as weekday_factor
    from weekdays
    inner join means on means.channel = weekdays.channel and means.origin_date = weekdays.origin_date
),

levels as (
    select
        learnt.channel,
        learnt.origin_date,
        {{ exact_sum_as_double('power(0.5, learnt.age_days / ' ~ var('forecast_half_life_days') ~ '.0) * learnt.contacts') }}
        / nullif({{ exact_sum_as_double(
            'power(0.5, learnt.age_days / ' ~ var('forecast_half_life_days') ~ '.0) * factors.weekday_factor'
        ) }}, 0) as contact_level
    from learnt
    inner join factors
        on
            factors.channel = learnt.channel
            and factors.origin_date = learnt.origin_date
            and factors.iso_weekday = learnt.iso_weekday
    group by
        learnt.channel,
        learnt.origin_date
)

select
    factors.channel,
    factors.origin_date,
    factors.iso_weekday,
    coalesce(factors.weekday_factor, 0) as weekday_factor,
    coalesce(levels.contact_level, 0) as contact_level
from factors
inner join levels on levels.channel = factors.channel and levels.origin_date = factors.origin_date
