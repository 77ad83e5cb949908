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
    from {{ landed('agent_shifts') }} as landed
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
),

superseded as (
    {{ superseded_rows('agent_shifts', has_load_time=false) }}
)

select
    checked.shift_id,
    checked.agent_id,
    checked.source_system,
    checked.started_at,
    checked.ended_at,
    {{ sound('break_seconds') }},
    checked.is_absence,
    checked.landed_file_name,
    checked.landed_line_number,
    coalesce(checked.row_defect, superseded.row_defect) as row_defect,
    {{ value_defects(['break_seconds']) }},
    cast(null as {{ dbt.type_string() }}) as word_defects
from checked
left join superseded
    on
        superseded.landed_line_number = checked.landed_line_number
        and superseded.landed_file_name = checked.landed_file_name
