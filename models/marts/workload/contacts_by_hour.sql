with

hours as (
    select * from {{ ref('int_contacts_by_hour') }}
)

select
    'all' as grain,
    min(date_day) as period_start,
    channel,
    iso_weekday,
    hour_of_day,
    sum(hour_count) as hour_count,
    sum(contact_count) as contact_count,
    sum(offered_not_short_count) as offered_not_short_count,
    sum(abandoned_count) as abandoned_count,
    sum(answer_waited_count) as answer_waited_count,
    {{ exact_sum_as_double('answer_wait_seconds') }} as answer_wait_seconds,
    sum(contact_count) / sum(hour_count) as contacts_per_hour,
    {{ rate(exact_sum_as_double('answer_wait_seconds'), 'sum(answer_waited_count)') }} as average_speed_of_answer_seconds,
    {{ rate('sum(abandoned_count)', 'sum(offered_not_short_count)') }} as abandonment_rate
from hours
group by channel, iso_weekday, hour_of_day

union all

select
    'month' as grain,
    month_start_date as period_start,
    channel,
    iso_weekday,
    hour_of_day,
    sum(hour_count) as hour_count,
    sum(contact_count) as contact_count,
    sum(offered_not_short_count) as offered_not_short_count,
    sum(abandoned_count) as abandoned_count,
    sum(answer_waited_count) as answer_waited_count,
    {{ exact_sum_as_double('answer_wait_seconds') }} as answer_wait_seconds,
    sum(contact_count) / sum(hour_count) as contacts_per_hour,
    {{ rate(exact_sum_as_double('answer_wait_seconds'), 'sum(answer_waited_count)') }} as average_speed_of_answer_seconds,
    {{ rate('sum(abandoned_count)', 'sum(offered_not_short_count)') }} as abandonment_rate
from hours
group by month_start_date, channel, iso_weekday, hour_of_day
