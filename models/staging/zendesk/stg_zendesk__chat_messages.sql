{#- None: what is said in Zendesk's chats and messaging is said on tickets. -#}
select
    cast(null as {{ dbt.type_string() }}) as message_id,
    cast(null as {{ dbt.type_string() }}) as chat_id,
    cast(null as {{ dbt.type_string() }}) as source_system,
    cast(null as timestamp) as sent_at,
    cast(null as {{ dbt.type_string() }}) as sender_type,
    cast(null as {{ dbt.type_string() }}) as sender_id,
    cast(null as boolean) as is_automated,
    cast(null as {{ dbt.type_string() }}) as intent,
    cast(null as {{ type_double() }}) as intent_confidence,
    cast(null as {{ dbt.type_string() }}) as intent_label,
    cast(null as boolean) as is_fallback,
    cast(null as {{ type_double() }}) as sentiment,
    cast(null as {{ type_double() }}) as speech_recognition_seconds,
    cast(null as timestamp) as loaded_at,
    cast(null as {{ dbt.type_string() }}) as landed_file_name,
    cast(null as bigint) as landed_line_number
where false
