with

valid as (
    select *
    from {{ ref('stg_landing__self_service_sessions') }}
    where row_defect is null
)

select
    valid.session_id,
    valid.source_system,
    valid.customer_id,
    valid.customer_email,
    valid.customer_phone,
    valid.started_at,
    valid.ended_at,
    valid.topic,
    valid.pages_viewed,
    valid.has_contact_intent,
    valid.task,
    valid.task_steps,
    valid.is_task_completed,
    valid.is_process_succeeded,
    valid.loaded_at,
    valid.landed_file_name,
    valid.landed_line_number,
    valid.value_defects,
    cast(null as {{ dbt.type_string() }}) as word_defects
from valid
where {{ not_refused('self_service_sessions') }}
