with

-- Only a status change speaks of statuses.
valid as (
    select
        *,
        case when event_type = 'status_change' then from_value end as from_status,
        case when event_type = 'status_change' then to_value end as to_status
    from {{ ref('stg_landing__ticket_events') }}
    where row_defect is null
)

select
    valid.event_id,
    valid.ticket_id,
    valid.source_system,
    valid.occurred_at,
    {{ our_word('event_type') }},
    {{ our_word('actor_type') }},
    valid.actor_id,
    valid.from_value,
    valid.to_value,
    {{ our_word('from_status') }},
    {{ our_word('to_status') }},
    valid.work_seconds,
    valid.loaded_at,
    valid.landed_file_name,
    valid.landed_line_number,
    valid.value_defects,
    {{ word_defects(['event_type', 'actor_type', 'from_status', 'to_status']) }}
from valid
{{ join_words('event_type', 'event_type') }}
{{ join_words('actor_type', 'sender_type') }}
{{ join_words('from_status', 'ticket_status') }}
{{ join_words('to_status', 'ticket_status') }}
where {{ not_refused('ticket_events') }}
