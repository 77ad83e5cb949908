{#- Which share of a day's contacts comes in which hour, on working days and at weekends, in the days learnt from. -#}
with

conversations as (
    select * from {{ ref('fct_conversations') }}
    where is_countable
),

cutoff as (
    select {{ reporting_date('as_of') }} as as_of_date from {{ ref('stg_landing__as_of') }}
),

learnt as (
    select
        coalesce(conversations.channel, 'unknown') as channel,
        {{ iso_weekday('conversations.conversation_date') }} >= 6 as is_weekend,
        cast(extract(hour from {{ utc_to_wall_time(
            'conversations.started_at', "'" ~ var('reporting_timezone') ~ "'"
        ) }}) as integer) as hour_of_day
    from conversations
    cross join cutoff
    where
        conversations.conversation_date < cutoff.as_of_date
        and conversations.conversation_date >= {{ dbt.dateadd('day', -var('forecast_learning_days'), 'cutoff.as_of_date') }}
),

counted as (
    select
        channel,
        is_weekend,
        hour_of_day,
        count(*) as contacts
    from learnt
    group by channel, is_weekend, hour_of_day

    union all

    select
        'all' as channel,
        is_weekend,
        hour_of_day,
        count(*) as contacts
    from learnt
    group by is_weekend, hour_of_day
),

hours as (
    {{ whole_numbers(24) }}
),

kinds_of_day as (
    select distinct
        channel,
        is_weekend
    from counted
),

-- Half a contact is added to every hour, so that an hour without any in the history is rare and not impossible.
cells as (
    select
        days.channel,
        days.is_weekend,
        hours.generated_number - 1 as hour_of_day,
        cast(coalesce(counted.contacts, 0) + 0.5 as {{ type_double() }}) as contacts
    from kinds_of_day as days
    cross join hours
    left join counted
        on
            counted.channel = days.channel
            and counted.is_weekend = days.is_weekend
            and counted.hour_of_day = hours.generated_number - 1
)

select
    channel,
    is_weekend,
    cast(hour_of_day as integer) as hour_of_day,
    contacts / sum(contacts) over (partition by channel, is_weekend) as hour_share
from cells
