{#-
    Messages of all conversations but e-mail. Notes and what failed to be sent are left out: the customer sees neither. Words of somebody
    whom the tool turned away begin no contact, so they count as automatic.
-#}
select
    messages.message_id,
    messages.conversation_id as chat_id,
    messages.source_system,
    messages.sent_at,
    messages.sender_word as sender_type,
    messages.sender_id,
    messages.is_automated or coalesce(lives.is_turned_away, false) as is_automated,
    cast(null as {{ dbt.type_string() }}) as intent,
    cast(null as {{ type_double() }}) as intent_confidence,
    cast(null as {{ dbt.type_string() }}) as intent_label,
    cast(null as boolean) as is_fallback,
    cast(null as {{ type_double() }}) as sentiment,
    cast(null as {{ type_double() }}) as speech_recognition_seconds,
    messages.loaded_at,
    messages.landed_file_name,
    messages.landed_line_number
from {{ ref('base_chatwoot__messages') }} as messages
left join {{ ref('base_chatwoot__lives') }} as lives
    on
        lives.landed_system = messages.landed_system
        and lives.conversation_id = messages.conversation_id
where not messages.is_ticket and not messages.is_note and not messages.is_failed
