with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        {{ trimmed('landed.agent_id') }} as agent_id,
        coalesce({{ trimmed('landed.source_system') }}, 'default') as source_system,
        {{ trimmed('landed.course_id') }} as course_id,
        landed.assigned_at,
        landed.due_at,
        {{ within_its_day('completed_at', after=['assigned_at']) }},
        {{ within_its_day('assessed_at', after=['assigned_at', 'completed_at']) }},
        landed.passed as is_passed,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ landed('agent_training') }} as landed
    cross join cutoff
    {{ join_days('agent_training', ['completed_at', 'assessed_at']) | indent(4) }}
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when agent_id is null then {{ defect('agent_id', 'missing') }}
            when course_id is null then {{ defect('course_id', 'missing') }}
            {{ when_instant_unplaceable('assigned_at') }}
        end as row_defect,
        {{ instant_defect('due_at', planned=true) }} as due_at_defect,
        {{ instant_defect('completed_at', not_before='assigned_at') }} as completed_at_defect,
        {{ instant_defect('assessed_at', not_before='assigned_at') }} as assessed_at_defect
    from trimmed
),

superseded as (
    {{ superseded_rows('agent_training', has_load_time=false) }}
)

select
    checked.agent_id,
    checked.source_system,
    checked.course_id,
    checked.assigned_at,
    {{ sound('due_at') }},
    {{ sound('completed_at') }},
    {{ sound('assessed_at') }},
    checked.is_passed,
    checked.landed_file_name,
    checked.landed_line_number,
    coalesce(checked.row_defect, superseded.row_defect) as row_defect,
    {{ value_defects(['due_at', 'completed_at', 'assessed_at']) }},
    cast(null as {{ dbt.type_string() }}) as word_defects
from checked
left join superseded
    on
        superseded.landed_line_number = checked.landed_line_number
        and superseded.landed_file_name = checked.landed_file_name
