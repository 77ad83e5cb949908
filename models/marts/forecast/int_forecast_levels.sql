{#-
    The last finished day, from which the forecast looks ahead, and the same weekday of the weeks before it, from which
    the backtest does; per channel, where enough history lies before. With every day that each looks at, and what is known
    by then of ordinary days: a factor per weekday, and a level that weighs a day half as much per half-life.
-#}
with

contact_days as (
    select * from {{ ref('int_contact_days') }}
),

numbers as (
    {{ whole_numbers(64) }}
),

spans as (
    select
        channel,
        min(date_day) as first_date,
        max(date_day) as last_date
    from contact_days
    group by channel
),

origins as (
    select
        spans.channel,
        cast({{ dbt.dateadd('day', '-7 * (numbers.generated_number - 1)', 'spans.last_date') }} as date) as origin_date,
        numbers.generated_number > 1 as is_backtest,
        spans.first_date,
        spans.last_date
    from spans
    inner join numbers on numbers.generated_number <= {{ var('forecast_backtest_weeks') }} + 1
),

known_origins as (
    select * from origins
    where {{ dbt.dateadd('day', var('forecast_min_history_days') - 1, 'first_date') }} <= origin_date
),

-- Holidays and promotions teach nothing about ordinary days.
learnt as (
    select
        origins.channel,
        origins.origin_date,
        days.iso_weekday,
        days.contacts,
        {{ dbt.datediff('days.date_day', 'origins.origin_date', 'day') }}
        as age_days
    from known_origins as origins
    inner join contact_days as days
        on
            days.channel = origins.channel
            and days.date_day <= origins.origin_date
            and days.date_day > {{ dbt.dateadd('day', -var('forecast_learning_days'), 'origins.origin_date') }}
            and days.event_key is null
),

weekdays as (
    select
        channel,
        origin_date,
        iso_weekday,
        avg(contacts) as weekday_mean
    from learnt
    group by channel, origin_date, iso_weekday
),

-- Each weekday's mean over the mean of the weekdays, so that a missing holiday does not tilt the scale.
means as (
    select
        channel,
        origin_date,
        {{ exact_sum_as_double('weekday_mean') }} / count(*) as day_mean
    from weekdays
    group by channel, origin_date
),

factors as (
    select
        weekdays.*,
        coalesce(weekdays.weekday_mean / nullif(means.day_mean, 0), 0) as weekday_factor
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
    group by learnt.channel, learnt.origin_date
),

-- One day more than the forecast shows: the day that is still going on.
days_ahead as (
    select
        origins.channel,
        origins.origin_date,
        origins.is_backtest,
        numbers.generated_number as days_ahead,
        cast({{ dbt.dateadd('day', 'numbers.generated_number', 'origins.origin_date') }} as date) as forecast_date
    from known_origins as origins
    inner join numbers
        on
            numbers.generated_number <= {{ var('forecast_days') }} + 1
            and (
                not origins.is_backtest
                or {{ dbt.dateadd('day', 'numbers.generated_number', 'origins.origin_date') }} <= origins.last_date
            )
)

select
    days_ahead.*,
    {{ iso_weekday('days_ahead.forecast_date') }} as iso_weekday,
    factors.weekday_factor,
    coalesce(levels.contact_level, 0) as contact_level
from days_ahead
left join levels on levels.channel = days_ahead.channel and levels.origin_date = days_ahead.origin_date
left join factors
    on
        factors.channel = days_ahead.channel
        and factors.origin_date = days_ahead.origin_date
        and factors.iso_weekday = {{ iso_weekday('days_ahead.forecast_date') }}
