{#- Countable contacts per channel, and of all, on every whole day; days without any are 0. -#}
with

conversations as (
    select
        conversation_date,
        coalesce(channel, 'unknown') as channel
    from {{ ref('fct_conversations') }}
    where is_countable
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
        conversation_date,
        channel,
        count(*) as contacts
    from conversations
    group by conversation_date, channel

    union all

    select
        conversation_date,
        'all' as channel,
        count(*) as contacts
    from conversations
    group by conversation_date
),

channels as (
    select
        channel,
        min(conversation_date) as first_date
    from counted
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
left join counted on counted.channel = channels.channel and counted.conversation_date = dates.date_day
left join events on events.date_day = dates.date_day
