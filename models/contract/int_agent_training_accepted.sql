with

valid as (
    select *
    from {{ ref('stg_landing__agent_training') }}
    where row_defect is null
)

select
    valid.agent_id,
    valid.source_system,
    valid.course_id,
    valid.assigned_at,
    valid.due_at,
    valid.completed_at,
    valid.assessed_at,
    valid.is_passed,
    valid.landed_file_name,
    valid.landed_line_number,
    valid.value_defects,
    cast(null as {{ dbt.type_string() }}) as word_defects
from valid
where {{ not_refused('agent_training') }}
