{{ config(materialized='view') }}
with

stretches as (
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
),

-- A roster tells of the future too: only what has passed was worked.
shifts as (
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
    from {{ ref('int_agent_shifts_accepted') }} as rostered
    inner join {{ ref('stg_landing__as_of') }} as cutoff on cutoff.as_of > rostered.started_at
)

select * from stretches
union all
select * from shifts
