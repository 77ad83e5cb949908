{#- Notes are left out: the contract has no message in a chat that the customer does not see. -#}
select
    message_id,
    conversation_id as chat_id,
    source_system,
    sent_at,
    sender_type,
    sender_id,
    is_automated,
    cast(null as {{ dbt.type_string() }}) as intent,
    cast(null as {{ type_double() }}) as intent_confidence,
    cast(null as {{ dbt.type_string() }}) as intent_label,
    cast(null as boolean) as is_fallback,
    cast(null as {{ type_double() }}) as sentiment,
    cast(null as {{ type_double() }}) as speech_recognition_seconds,
    loaded_at,
    landed_file_name,
    landed_line_number
from {{ ref('base_intercom__messages') }}
where entity = 'chat' and is_public
