{#- Contacts of each channel in every hour that there was on the reporting zone's clock, hours without any included. -#}
with

contacts as (
    select
        channel,
        conversation_date,
        cast(extract(hour from {{ reporting_time('started_at') }}) as integer) as hour_of_day,
        count(*) as contact_count,
        count(case when is_offer_counted then 1 end) as offered_count,
        count(case when is_offer_counted and not is_short_abandonment then 1 end) as offered_not_short_count,
        count(case when is_abandonment_counted then 1 end) as abandoned_count,
        count(case when is_answer_counted and wait_seconds is not null then 1 end) as answer_waited_count,
        {{ exact_sum_as_double('case when is_answer_counted then wait_seconds end') }} as answer_wait_seconds,
        count(case when is_handle_counted and handle_seconds is not null then 1 end) as handle_known_count,
        {{ exact_sum_as_double('case when is_handle_counted then handle_seconds end') }} as handle_seconds
    from {{ ref('int_conversations_classified') }}
    where is_countable
    group by 1, 2, 3
),

numbers as (
    {{ whole_numbers(96) }}
),

quarter_hours as (
    select {{ reporting_time(dbt.dateadd('minute', '15 * (numbers.generated_number - 1)', 'cast(dates.date_day as timestamp)')) }}
        as wall_time
    from {{ ref('dim_dates') }} as dates
    inner join numbers on numbers.generated_number <= 96
    cross join {{ ref('stg_landing__as_of') }} as cutoff
    where {{ dbt.dateadd('minute', '15 * (numbers.generated_number - 1)', 'cast(dates.date_day as timestamp)') }} <= cutoff.as_of
),

-- An hour that the clocks skip was not there; one that they repeat was there twice.
hours as (
    select
        cast(wall_time as date) as date_day,
        cast(extract(hour from wall_time) as integer) as hour_of_day,
        count(*) / 4.0 as hour_count
    from quarter_hours
    group by 1, 2
),

channel_spans as (
    select
        channel,
        min(conversation_date) as first_date,
        max(conversation_date) as last_date
    from contacts
    group by 1
)

select
    channel_spans.channel,
    hours.date_day,
    dates.month_start_date,
    dates.iso_weekday,
    hours.hour_of_day,
    cast(hours.hour_count as {{ type_double() }}) as hour_count,
    coalesce(contacts.contact_count, 0) as contact_count,
    coalesce(contacts.offered_count, 0) as offered_count,
    coalesce(contacts.offered_not_short_count, 0) as offered_not_short_count,
    coalesce(contacts.abandoned_count, 0) as abandoned_count,
    coalesce(contacts.answer_waited_count, 0) as answer_waited_count,
    coalesce(contacts.answer_wait_seconds, 0) as answer_wait_seconds,
    coalesce(contacts.handle_known_count, 0) as handle_known_count,
    coalesce(contacts.handle_seconds, 0) as handle_seconds
from channel_spans
inner join hours on hours.date_day >= channel_spans.first_date and hours.date_day <= channel_spans.last_date
inner join {{ ref('dim_dates') }} as dates on dates.date_day = hours.date_day
left join contacts
    on
        contacts.channel = channel_spans.channel
        and contacts.conversation_date = hours.date_day
        and contacts.hour_of_day = hours.hour_of_day
