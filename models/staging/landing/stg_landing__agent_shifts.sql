with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        {{ trimmed('landed.shift_id') }} as shift_id,
        {{ trimmed('landed.agent_id') }} as agent_id,
        coalesce({{ trimmed('landed.source_system') }}, 'default') as source_system,
        landed.started_at,
        landed.ended_at,
        landed.break_seconds,
        coalesce(landed.is_absence, false) as is_absence,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ source('landing', 'agent_shifts') }} as landed
    cross join cutoff
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when shift_id is null then {{ defect('shift_id', 'missing') }}
            when agent_id is null then {{ defect('agent_id', 'missing') }}
            {{ when_instant_unplaceable('started_at', planned=true) }}
            {{ when_instant_unplaceable('ended_at', planned=true) }}
            when ended_at < started_at then {{ defect('ended_at', 'end_before_start') }}
        end as row_defect,
        {{ range_defect('break_seconds', 0, seconds_between('started_at', 'ended_at')) }} as break_seconds_defect
    from trimmed
)

select
    shift_id,
    agent_id,
    source_system,
    started_at,
    ended_at,
    {{ sound('break_seconds') }},
    is_absence,
    landed_file_name,
    landed_line_number,
    row_defect,
    {{ value_defects(['break_seconds']) }}
from checked
