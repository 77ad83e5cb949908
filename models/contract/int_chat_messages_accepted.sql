with

valid as (
    select *
    from {{ ref('stg_landing__chat_messages') }}
    where row_defect is null
)

select
    valid.message_id,
    valid.chat_id,
    valid.source_system,
    valid.sent_at,
    {{ our_word('sender_type') }},
    valid.sender_id,
    valid.is_automated,
    valid.intent,
    valid.intent_confidence,
    valid.intent_label,
    valid.is_fallback,
    valid.sentiment,
    valid.speech_recognition_seconds,
    valid.loaded_at,
    valid.landed_file_name,
    valid.landed_line_number,
    valid.value_defects,
    {{ word_defects(['sender_type']) }}
from valid
{{ join_words('sender_type', 'sender_type') }}
where {{ not_refused('chat_messages') }}
