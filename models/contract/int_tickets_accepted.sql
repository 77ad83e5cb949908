with

valid as (
    select *
    from {{ ref('stg_landing__tickets') }}
    where row_defect is null
)

select
    valid.ticket_id,
    valid.source_system,
    valid.customer_id,
    valid.customer_email,
    valid.customer_phone,
    {{ our_word('channel') }},
    valid.topic,
    valid.subtopic,
    {{ our_word('priority') }},
    {{ our_word('status', as_column='ticket_status') }},
    valid.created_at,
    valid.updated_at,
    valid.solved_at,
    valid.closed_at,
    valid.due_at,
    valid.assigned_agent_id,
    valid.team,
    valid.merged_into_ticket_id,
    valid.follow_up_of_ticket_id,
    valid.is_outbound,
    valid.language,
    valid.brand,
    valid.loaded_at,
    valid.landed_file_name,
    valid.landed_line_number,
    valid.value_defects,
    {{ word_defects(['channel', 'status', 'priority']) }}
from valid
{{ join_words('channel', 'channel') }}
{{ join_words('status', 'ticket_status') }}
{{ join_words('priority', 'priority') }}
where {{ not_refused('tickets') }}
