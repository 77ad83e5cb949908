{#- Countable contacts per channel, and of all, on every whole day; days without any are 0. -#}
with

cells as (
    select * from {{ ref('kpi_contacts') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

events as (
    select * from {{ ref('int_event_days') }}
),

cutoff as (
    select {{ reporting_date('as_of') }} as as_of_date from {{ ref('stg_landing__as_of') }}
),

counted as (
    select
        kpi_date,
        channel,
        sum(countable_count) as contacts
    from cells
    group by
        kpi_date,
        channel

    union all

    select
        kpi_date,
        'all' as channel,
        sum(countable_count) as contacts
    from cells
    group by kpi_date
),

channels as (
    select
        channel,
        min(kpi_date) as first_date
    from counted
    where contacts > 0
    group by channel
)

-- Whole days: not the one that is going on, and not the first, of which often only a part landed.
select
    channels.channel,
    dates.date_day,
    dates.iso_weekday,
    events.event_key,
    cast(coalesce(counted.contacts, 0) as {{ type_double() }}) as contacts
from channels
cross join cutoff
inner join dates on dates.date_day > channels.first_date and dates.date_day < cutoff.as_of_date
left join counted on counted.channel = channels.channel and counted.kpi_date = dates.date_day
left join events on events.date_day = dates.date_day
