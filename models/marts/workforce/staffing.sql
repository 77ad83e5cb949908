with

options as (
    select * from {{ ref('int_staffing_options') }}
),

-- The fewest agents that keep the promise.
sufficient as (
    select
        *,
        row_number() over (partition by channel, iso_weekday, hour_of_day order by agent_count) as option_rank
    from options
    where answered_share >= {{ var('staffing_answered_share') }}
)

select
    channel,
    iso_weekday,
    hour_of_day,
    calls_per_hour,
    mean_handle_seconds,
    offered_load,
    agent_count as required_agents,
    -- A trillionth less, so that 21 of 70 % are 30 and not 31.
    cast(ceil(agent_count / (1 - {{ var('staffing_shrinkage_share') }}) - 1e-9) as integer) as required_scheduled,
    answered_share,
    occupancy,
    average_speed_of_answer_seconds
from sufficient
where option_rank = 1
