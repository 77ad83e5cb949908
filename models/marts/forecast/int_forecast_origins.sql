{#-
    The last finished day, from which the forecast looks ahead, and the same weekday of the weeks before it, from which
    the backtest does; per channel, where enough history lies before. With every day that each looks at.
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
)

-- One day more than the forecast shows: the day that is still going on.
select
    origins.channel,
    origins.origin_date,
    origins.is_backtest,
    numbers.generated_number as days_ahead,
    cast({{ dbt.dateadd('day', 'numbers.generated_number', 'origins.origin_date') }} as date) as forecast_date
from origins
inner join numbers
    on
        numbers.generated_number <= {{ var('forecast_days') }} + 1
        and (
            not origins.is_backtest
            or {{ dbt.dateadd('day', 'numbers.generated_number', 'origins.origin_date') }} <= origins.last_date
        )
where {{ dbt.dateadd('day', var('forecast_min_history_days') - 1, 'origins.first_date') }} <= origins.origin_date
