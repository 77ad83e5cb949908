with

repeats as (
    select * from {{ ref('fct_repeats') }}
)

select
    cast({{ dbt.date_trunc('month', 'conversation_date') }} as date) as month_start_date,
    coalesce(topic, 'unknown') as topic,
    channel as from_channel,
    repeat_channel as to_channel,
    count(*) as repeat_count,
    {{ count_if('repeats_within_24h') }} as repeat_count_24h,
    {{ count_if('repeats_within_48h') }} as repeat_count_48h,
    {{ count_if('is_cross_channel') }} as cross_channel_count,
    {{ exact_sum_as_double('seconds_to_repeat') }} as seconds_to_repeat,
    {{ rate(exact_sum_as_double('seconds_to_repeat'), 'count(*)') }} as mean_seconds_to_repeat,
    {{ percentile('seconds_to_repeat', 0.5) }} as median_seconds_to_repeat,
    {{ exact_sum_as_double('repeat_cost') }} as repeat_cost
from repeats
group by 1, 2, 3, 4
