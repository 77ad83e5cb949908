{#- Messages of e-mail conversations. Neither a note nor what failed to be sent is public: the customer has not seen it. -#}
select
    message_id,
    conversation_id as ticket_id,
    source_system,
    sent_at,
    sender_word as sender_type,
    sender_id,
    not is_note and not is_failed as is_public,
    is_automated,
    loaded_at,
    landed_file_name,
    landed_line_number
from {{ ref('base_chatwoot__messages') }}
where is_ticket
