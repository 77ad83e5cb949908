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
        landed.ended_at,
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
    from {{ source('landing', 'self_service_sessions') }} as landed
    cross join cutoff
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
)

select
    session_id,
    source_system,
    customer_id,
    customer_email,
    customer_phone,
    started_at,
    {{ sound('ended_at') }},
    topic,
    {{ sound('pages_viewed') }},
    has_contact_intent,
    task,
    {{ sound('task_steps') }},
    is_task_completed,
    is_process_succeeded,
    loaded_at,
    landed_file_name,
    landed_line_number,
    row_defect,
    {{ value_defects(['ended_at', 'pages_viewed', 'task_steps']) }}
from checked
