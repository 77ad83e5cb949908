with

valid as (
    select *
    from {{ ref('stg_landing__ticket_messages') }}
    where row_defect is null
)

select
    valid.message_id,
    valid.ticket_id,
    valid.source_system,
    valid.sent_at,
    {{ our_word('sender_type') }},
    valid.sender_id,
    valid.is_public,
    valid.is_automated,
    valid.loaded_at,
    valid.landed_file_name,
    valid.landed_line_number,
    valid.value_defects,
    {{ word_defects(['sender_type']) }}
from valid
{{ join_words('sender_type', 'sender_type') }}
where {{ not_refused('ticket_messages') }}
