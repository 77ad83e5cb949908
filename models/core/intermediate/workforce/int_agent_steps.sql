{#-
    Each agent's time cut at every instant at which something begins or ends, so that within a step nothing changes.
    One sort per agent: counts run over the events, and no step crosses midnight of the reporting zone.
-#}
{% set counters = ['work', 'chat', 'outbound', 'shift', 'absence'] -%}
with

intervals as (
    select * from {{ ref('int_agent_intervals') }}
),

edges as (
    select
        source_system,
        agent_id,
        started_us as step_us,
        {{ counters | join(', ') }},
        break_share
    from intervals
    union all
    select
        source_system,
        agent_id,
        ended_us as step_us,
        {% for counter in counters -%}
        -{{ counter }} as {{ counter }},
        {% endfor -%}
        -break_share as break_share
    from intervals
    union all
    -- Midnights that something reaches across: nothing changes there but the day.
    select
        intervals.source_system,
        intervals.agent_id,
        {{ epoch_microseconds('dates.starts_at') }} as step_us,
        {% for counter in counters -%}
        0 as {{ counter }},
        {% endfor -%}
        cast(0 as decimal(38, 12)) as break_share
    from intervals
    inner join {{ ref('dim_dates') }} as dates
        on
            {{ epoch_microseconds('dates.starts_at') }} > intervals.started_us
            and {{ epoch_microseconds('dates.starts_at') }} < intervals.ended_us
    where
        {{ reporting_date(instant_from_microseconds('intervals.started_us')) }}
        < {{ reporting_date(instant_from_microseconds('intervals.ended_us')) }}
),

-- Counters are doubles, in which whole numbers are exact: engines add them several times faster than wide integers.
instants as (
    select
        source_system,
        agent_id,
        step_us,
        {% for counter in counters -%}
        cast(sum({{ counter }}) as {{ type_double() }}) as {{ counter }},
        {% endfor -%}
        sum(break_share) as break_share
    from edges
    group by
        source_system,
        agent_id,
        step_us
),

running as (
    select
        source_system,
        agent_id,
        step_us,
        (lead(step_us) over agent_time - step_us) / 1e6 as step_seconds,
        {% for counter in counters -%}
        cast(sum({{ counter }}) over agent_time as bigint) as {{ counter }}_count,
        {% endfor -%}
        sum(break_share) over agent_time as break_share
    from instants
    window agent_time as (partition by source_system, agent_id order by step_us)
)

select
    source_system,
    agent_id,
    {{ reporting_date(instant_from_microseconds('step_us')) }} as work_date,
    step_us,
    step_seconds,
    {% for counter in counters -%}
    {{ counter }}_count,
    {% endfor -%}
    break_share,
    -- Seconds worked so far, each second once, shared by all that went on in it.
    coalesce(sum(case
        when work_count > 0 then cast(step_seconds / work_count as decimal(38, 9))
        else 0
    end) over (
        partition by source_system, agent_id
        order by step_us
        rows between unbounded preceding and 1 preceding
    ), 0) as allocated_before
from running
