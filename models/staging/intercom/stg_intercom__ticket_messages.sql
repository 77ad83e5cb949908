select
    message_id,
    conversation_id as ticket_id,
    source_system,
    sent_at,
    sender_type,
    sender_id,
    is_public,
    is_automated,
    loaded_at,
    landed_file_name,
    landed_line_number
from {{ ref('base_intercom__messages') }}
where entity = 'ticket'
