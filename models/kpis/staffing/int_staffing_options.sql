{#-
    Erlang C for every weekday and hour of the telephone: what each number of agents would give. Terms of the offered
    load's series are taken as logarithms and shifted, since a^n / n! itself overflows.
-#}
with

hours as (
    select
        *,
        max(date_day) over (partition by channel) as last_date
    from {{ ref('int_contacts_by_hour') }}
    where channel = 'phone'
),

recent as (
    select * from hours
    where date_day > {{ dbt.dateadd('day', -1 * var('staffing_history_days'), 'last_date') }}
),

whole as (
    select {{ rate(exact_sum_as_double('handle_seconds'), 'sum(handle_known_count)') }} as mean_handle_seconds
    from recent
),

-- An hour with few calls takes the handle time of all.
cells as (
    select
        recent.channel,
        recent.iso_weekday,
        recent.hour_of_day,
        sum(recent.offered_not_short_count) / sum(recent.hour_count) as calls_per_hour,
        case
            when sum(recent.handle_known_count) >= 30
                then {{ rate(exact_sum_as_double('recent.handle_seconds'), 'sum(recent.handle_known_count)') }}
            else max(whole.mean_handle_seconds)
        end as mean_handle_seconds
    from recent
    cross join whole
    group by recent.channel, recent.iso_weekday, recent.hour_of_day
),

loaded as (
    select
        *,
        calls_per_hour * mean_handle_seconds / 3600 as offered_load
    from cells
    where calls_per_hour > 0 and mean_handle_seconds > 0
),

numbers as (
    {{ whole_numbers(4096) }}
),

factorials as (
    select
        generated_number - 1 as agent_count,
        sum(ln(greatest(generated_number - 1, 1))) over (order by generated_number) as ln_factorial
    from numbers
),

terms as (
    select
        loaded.*,
        factorials.agent_count,
        exp(greatest(
            factorials.agent_count * ln(loaded.offered_load) - factorials.ln_factorial
            - (loaded.offered_load * ln(loaded.offered_load) - loaded.offered_load), -700
        )) as term
    from loaded
    inner join factorials
        on factorials.agent_count <= ceil(loaded.offered_load + 6 * sqrt(loaded.offered_load) + 10)
),

-- Erlang B: a call finds all agents busy and is lost.
blocked as (
    select
        *,
        term / nullif(sum(term) over (
            partition by channel, iso_weekday, hour_of_day
            order by agent_count
            rows between unbounded preceding and current row
        ), 0) as blocked_share
    from terms
),

-- Erlang C: it waits instead. With no more agents than load the queue never ends.
waiting as (
    select
        *,
        case
            when agent_count > offered_load
                then blocked_share / (1 - offered_load / agent_count * (1 - blocked_share))
        end as waiting_share
    from blocked
    where agent_count > 0
)

select
    channel,
    iso_weekday,
    hour_of_day,
    calls_per_hour,
    mean_handle_seconds,
    offered_load,
    agent_count,
    {{ to_decimals('waiting_share') }} as waiting_share,
    {{ to_decimals(
        '1 - waiting_share * exp(greatest('
        ~ '-(agent_count - offered_load) * ' ~ var('staffing_answer_seconds') ~ ' / mean_handle_seconds, -700))'
    ) }} as answered_share,
    {{ to_decimals('case when agent_count > offered_load then offered_load / agent_count end') }} as occupancy,
    {{ to_decimals(
        'case when agent_count > offered_load then waiting_share * mean_handle_seconds / (agent_count - offered_load) end'
    ) }} as average_speed_of_answer_seconds
from waiting
