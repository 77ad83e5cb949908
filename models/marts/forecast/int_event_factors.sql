{#-
    How many times the usual contacts a holiday or promotion brings, over all channels, as known on each origin.
    Usual = mean of the eight ordinary days of the same weekday before it.
-#}
with

days as (
    select * from {{ ref('int_contact_days') }}
    where channel = 'all'
),

origins as (
    select distinct origin_date from {{ ref('int_forecast_origins') }}
),

events as (
    select * from days
    where event_key is not null
),

compared as (
    select
        events.date_day,
        events.event_key,
        events.contacts,
        avg(ordinary.contacts) as usual_contacts
    from events
    inner join days as ordinary
        on
            ordinary.iso_weekday = events.iso_weekday
            and ordinary.event_key is null
            and ordinary.date_day < events.date_day
            and ordinary.date_day >= {{ dbt.dateadd('day', -var('forecast_learning_days'), 'events.date_day') }}
    group by
        events.date_day,
        events.event_key,
        events.contacts
)

select
    origins.origin_date,
    compared.event_key,
    count(*) as day_count,
    sum(compared.contacts) / nullif({{ exact_sum_as_double('compared.usual_contacts') }}, 0) as event_factor
from origins
inner join compared on compared.date_day <= origins.origin_date
group by
    origins.origin_date,
    compared.event_key
