with

valid as (
    select *
    from {{ ref('stg_landing__agents') }}
    where row_defect is null
)

select
    valid.agent_id,
    valid.source_system,
    valid.team,
    valid.is_bot,
    valid.hired_at,
    valid.left_at,
    valid.hourly_cost,
    valid.max_concurrent_chats,
    valid.landed_file_name,
    valid.landed_line_number,
    valid.value_defects,
    cast(null as {{ dbt.type_string() }}) as word_defects
from valid
where {{ not_refused('agents') }}
