{#-
    Each agent's time cut at every instant at which something begins or ends, so that within a step nothing changes.
    One sort per agent: counts run over the events, and no step crosses midnight of the reporting zone.
-#}
with

-- A roster tells of the future too: only what has passed was worked.
intervals as (
    select
        source_system,
        agent_id,
        started_us,
        ended_us,
        1 as work,
        case when source_type = 'chat' then 1 else 0 end as chat,
        case when is_outbound then 1 else 0 end as outbound,
        0 as shift,
        0 as absence,
        cast(0 as decimal(38, 12)) as break_share
    from {{ ref('int_handle_stretches') }}
    where agent_id is not null
    union all
    select
        rostered.source_system,
        rostered.agent_id,
        {{ epoch_microseconds('rostered.started_at') }} as started_us,
        {{ epoch_microseconds('least(rostered.ended_at, cutoff.as_of)') }} as ended_us,
        0 as work,
        0 as chat,
        0 as outbound,
        case when rostered.is_absence then 0 else 1 end as shift,
        case when rostered.is_absence then 1 else 0 end as absence,
        cast(case when rostered.is_absence then 0 else coalesce(
            rostered.break_seconds / nullif({{ seconds_between('rostered.started_at', 'rostered.ended_at') }}, 0), 0
        ) end as decimal(38, 12)) as break_share
    from {{ accepted(ref('int_agent_shifts_judged')) }} as rostered
    inner join {{ ref('stg_landing__as_of') }} as cutoff on cutoff.as_of > rostered.started_at
),

-- What begins adds to its count, and what ends takes it away again.
sides as (
    select 1 as side
    union all
    select -1 as side
),

edges as (
    select
        intervals.source_system,
        intervals.agent_id,
        case when sides.side = 1 then intervals.started_us else intervals.ended_us end as step_us,
        sides.side * intervals.work as work,
        sides.side * intervals.chat as chat,
        sides.side * intervals.outbound as outbound,
        sides.side * intervals.shift as shift,
        sides.side * intervals.absence as absence,
        case when sides.side = 1 then intervals.break_share else -intervals.break_share end as break_share
    from intervals
    cross join sides
    union all
    -- Midnights that something reaches across: nothing changes there but the day.
    select
        intervals.source_system,
        intervals.agent_id,
        {{ epoch_microseconds('dates.starts_at') }} as step_us,
        0 as work,
        0 as chat,
        0 as outbound,
        0 as shift,
        0 as absence,
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

-- Counts are doubles, in which whole numbers are exact: engines add them several times faster than wide integers.
instants as (
    select
        source_system,
        agent_id,
        step_us,
        cast(sum(work) as {{ type_double() }}) as work,
        cast(sum(chat) as {{ type_double() }}) as chat,
        cast(sum(outbound) as {{ type_double() }}) as outbound,
        cast(sum(shift) as {{ type_double() }}) as shift,
        cast(sum(absence) as {{ type_double() }}) as absence,
        sum(break_share) as break_share
    from edges
    group by source_system, agent_id, step_us
),

running as (
    select
        source_system,
        agent_id,
        step_us,
        (lead(step_us) over agent_time - step_us) / 1e6 as step_seconds,
        cast(sum(work) over agent_time as bigint) as work_count,
        cast(sum(chat) over agent_time as bigint) as chat_count,
        cast(sum(outbound) over agent_time as bigint) as outbound_count,
        cast(sum(shift) over agent_time as bigint) as shift_count,
        cast(sum(absence) over agent_time as bigint) as absence_count,
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
    work_count,
    chat_count,
    outbound_count,
    shift_count,
    absence_count,
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
