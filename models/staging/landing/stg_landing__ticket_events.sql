with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        {{ trimmed('landed.event_id') }} as event_id,
        {{ trimmed('landed.ticket_id') }} as ticket_id,
        coalesce({{ trimmed('landed.source_system') }}, 'default') as source_system,
        landed.occurred_at,
        lower({{ trimmed('landed.event_type') }}) as event_type,
        lower({{ trimmed('landed.actor_type') }}) as actor_type,
        {{ trimmed('landed.actor_id') }} as actor_id,
        {{ trimmed('landed.from_value') }} as from_value,
        {{ trimmed('landed.to_value') }} as to_value,
        landed.work_seconds,
        landed.loaded_at,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ source('landing', 'ticket_events') }} as landed
    cross join cutoff
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when event_id is null then {{ defect('event_id', 'missing') }}
            when ticket_id is null then {{ defect('ticket_id', 'missing') }}
            when event_type is null then {{ defect('event_type', 'missing') }}
            {{ when_instant_unplaceable('occurred_at') }}
        end as row_defect,
        {{ range_defect('work_seconds', 0) }} as work_seconds_defect
    from trimmed
)

select
    event_id,
    ticket_id,
    source_system,
    occurred_at,
    event_type,
    actor_type,
    actor_id,
    from_value,
    to_value,
    {{ sound('work_seconds') }},
    loaded_at,
    landed_file_name,
    landed_line_number,
    row_defect,
    {{ value_defects(['work_seconds']) }}
from checked
