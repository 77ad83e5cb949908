-- sqlfluff:dialect:postgres
with

handovers as (
    select
        cast({{ dbt.date_trunc('month', 'conversation_date') }} as date) as month_start_date,
        channel,
        coalesce(handover_reason, 'unknown') as handover_reason,
        is_connected,
        time_to_human_seconds
    from {{ ref('int_handovers_classified') }}
),

counted as (
    select
        month_start_date,
        channel,
        handover_reason,
        count(*) as handover_count,
        {{ count_if('not is_connected') }} as lost_count,
        {{ exact_sum_as_double('time_to_human_seconds') }} / nullif(count(time_to_human_seconds), 0) as time_to_human_mean_seconds
    from handovers
    group by grouping sets (
        (month_start_date, handover_reason),
        (month_start_date, channel, handover_reason)
    )
),

totalled as (
    select
        *,
        sum(handover_count) over (partition by month_start_date, channel) as all_handover_count
    from counted
)

select
    month_start_date,
    channel,
    handover_reason,
    row_number() over (
        partition by month_start_date, channel
        order by handover_count desc, handover_reason asc
    ) as reason_rank,
    handover_count,
    lost_count,
    all_handover_count,
    time_to_human_mean_seconds,
    {{ rate('handover_count', 'all_handover_count') }} as handover_share,
    {{ wilson_bound(
        'cast(handover_count as ' ~ type_double() ~ ')', 'cast(all_handover_count as ' ~ type_double() ~ ')', -1
    ) }} as ci_low,
    {{ wilson_bound(
        'cast(handover_count as ' ~ type_double() ~ ')', 'cast(all_handover_count as ' ~ type_double() ~ ')', 1
    ) }} as ci_high
from totalled
