with

forecasts as (
    select * from {{ ref('int_forecasts_chosen') }}
),

profiles as (
    select * from {{ ref('int_intraday_profiles') }}
),

conversations as (
    select * from {{ ref('fct_conversations') }}
    where is_countable
),

cutoff as (
    select
        as_of,
        {{ reporting_date('as_of') }} as as_of_date,
        {{ utc_to_wall_time('as_of', "'" ~ var('reporting_timezone') ~ "'") }} as as_of_wall_time
    from {{ ref('stg_landing__as_of') }}
),

clock as (
    select
        as_of,
        as_of_date,
        {{ seconds_between('cast(as_of_date as timestamp)', 'as_of_wall_time') }} / 3600.0 as hours_gone
    from cutoff
),

today as (
    select coalesce(conversations.channel, 'unknown') as channel
    from conversations
    inner join cutoff on cutoff.as_of_date = conversations.conversation_date
),

counted as (
    select
        channel,
        count(*) as contacts
    from today
    group by channel

    union all

    select
        'all' as channel,
        count(*) as contacts
    from today
),

-- Of the hour that is going on, the part that has not passed.
remainders as (
    select
        profiles.channel,
        profiles.is_weekend,
        {{ exact_sum_as_double(
            'profiles.hour_share * least(greatest(profiles.hour_of_day + 1 - clock.hours_gone, 0.0), 1.0)'
        ) }} as share_left
    from profiles
    cross join clock
    group by profiles.channel, profiles.is_weekend
),

expected as (
    select
        forecasts.channel,
        clock.as_of_date,
        clock.as_of,
        forecasts.method,
        coalesce(counted.contacts, 0) as seen_contacts,
        forecasts.forecast_contacts,
        forecasts.forecast_contacts * remainders.share_left as remaining_contacts,
        remainders.share_left,
        forecasts.miss_low_80,
        forecasts.miss_high_80
    from forecasts
    inner join clock on clock.as_of_date = forecasts.forecast_date
    inner join remainders
        on
            remainders.channel = forecasts.channel
            and remainders.is_weekend = ({{ iso_weekday('forecasts.forecast_date') }} >= 6)
    left join counted on counted.channel = forecasts.channel
    where forecasts.forecast_contacts is not null
)

select
    channel,
    as_of_date as contact_date,
    as_of,
    method,
    cast(seen_contacts as bigint) as seen_contacts,
    remaining_contacts,
    seen_contacts + remaining_contacts as predicted_contacts,
    seen_contacts + {{ forecast_bound('remaining_contacts', 'miss_low_80', 'share_left') }} as low_80,
    seen_contacts + {{ forecast_bound('remaining_contacts', 'miss_high_80', 'share_left') }} as high_80,
    forecast_contacts
from expected
