with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        {{ trimmed('landed.session_id') }} as session_id,
        coalesce({{ trimmed('landed.source_system') }}, 'default') as source_system,
        {{ trimmed('landed.customer_id') }} as customer_id,
        lower({{ trimmed('landed.customer_email') }}) as customer_email,
        {{ phone_digits('landed.customer_phone') }} as customer_phone,
        landed.started_at,
        {{ within_its_day('ended_at', after=['started_at']) }},
        {{ trimmed('landed.topic') }} as topic,
        landed.pages_viewed,
        coalesce(landed.contact_intent, false) as has_contact_intent,
        {{ trimmed('landed.task') }} as task,
        landed.task_steps,
        landed.task_completed as is_task_completed,
        landed.process_succeeded as is_process_succeeded,
        landed.loaded_at,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ landed('self_service_sessions') }} as landed
    cross join cutoff
    {{ join_days('self_service_sessions', ['ended_at']) | indent(4) }}
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when session_id is null then {{ defect('session_id', 'missing') }}
            {{ when_instant_unplaceable('started_at') }}
            when ended_at < started_at then {{ defect('ended_at', 'end_before_start') }}
        end as row_defect,
        {{ instant_defect('ended_at') }} as ended_at_defect,
        {{ range_defect('pages_viewed', 0) }} as pages_viewed_defect,
        {{ range_defect('task_steps', 0) }} as task_steps_defect
    from trimmed
),

superseded as (
    {{ superseded_rows('self_service_sessions') }}
)

select
    checked.session_id,
    checked.source_system,
    checked.customer_id,
    checked.customer_email,
    checked.customer_phone,
    checked.started_at,
    {{ sound('ended_at') }},
    checked.topic,
    {{ sound('pages_viewed') }},
    checked.has_contact_intent,
    checked.task,
    {{ sound('task_steps') }},
    checked.is_task_completed,
    checked.is_process_succeeded,
    checked.loaded_at,
    checked.landed_file_name,
    checked.landed_line_number,
    coalesce(checked.row_defect, superseded.row_defect) as row_defect,
    {{ value_defects(['ended_at', 'pages_viewed', 'task_steps']) }},
    cast(null as {{ dbt.type_string() }}) as word_defects
from checked
left join superseded
    on
        superseded.landed_line_number = checked.landed_line_number
        and superseded.landed_file_name = checked.landed_file_name
