with

valid as (
    select *
    from {{ ref('stg_landing__agent_shifts') }}
    where row_defect is null
)

select
    valid.shift_id,
    valid.agent_id,
    valid.source_system,
    valid.started_at,
    valid.ended_at,
    valid.break_seconds,
    valid.is_absence,
    valid.landed_file_name,
    valid.landed_line_number,
    valid.value_defects,
    cast(null as {{ dbt.type_string() }}) as word_defects
from valid
where {{ not_refused('agent_shifts') }}
