{#- Resolves and openings of e-mail conversations. Snoozes and assignments leave no event. -#}
select
    change_id as event_id,
    conversation_id as ticket_id,
    source_system,
    occurred_at,
    'status_change' as event_type,
    actor_word as actor_type,
    actor_id,
    from_status as from_value,
    to_status as to_value,
    cast(null as {{ type_double() }}) as work_seconds,
    loaded_at,
    landed_file_name,
    landed_line_number
from {{ ref('base_chatwoot__status_changes') }}
where is_ticket
