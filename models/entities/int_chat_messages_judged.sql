with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        {{ trimmed('landed.message_id') }} as message_id,
        {{ trimmed('landed.chat_id') }} as chat_id,
        coalesce({{ trimmed('landed.source_system') }}, 'default') as source_system,
        landed.sent_at,
        days.sent_at as is_sent_at_day,
        lower({{ trimmed('landed.sender_type') }}) as sender_type,
        {{ trimmed('landed.sender_id') }} as sender_id,
        coalesce(landed.is_automated, false) as is_automated,
        {{ trimmed('landed.intent') }} as intent,
        landed.intent_confidence,
        {{ trimmed('landed.intent_label') }} as intent_label,
        landed.is_fallback,
        landed.sentiment,
        landed.speech_recognition_seconds,
        landed.loaded_at,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ landed('chat_messages') }} as landed
    cross join cutoff
    {{ join_days('chat_messages', ['sent_at']) | indent(4) }}
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when message_id is null then {{ defect('message_id', 'missing') }}
            when chat_id is null then {{ defect('chat_id', 'missing') }}
            when sender_type is null then {{ defect('sender_type', 'missing') }}
            {{ when_instant_unplaceable('sent_at') }}
        end as row_defect,
        {{ range_defect('intent_confidence', 0, 1) }} as intent_confidence_defect,
        {{ range_defect('sentiment', -1, 1) }} as sentiment_defect,
        {{ range_defect('speech_recognition_seconds', 0) }} as speech_recognition_seconds_defect
    from trimmed
),

chats as (
    select
        source_system,
        chat_id,
        started_at
    from {{ ref('int_chats_judged') }}
    where row_defect is null
),

landed_chats as (
    select count(*) as row_count from {{ ref('int_chats_judged') }}
),

superseded as (
    {{ superseded_rows('chat_messages') }}
)

select
    checked.message_id,
    checked.chat_id,
    checked.source_system,
    {{ since_parent('sent_at', 'chats', 'started_at') }},
    case when bots.agent_id is not null then 'bot' else {{ landed_word('sender_type') }} end as sender_type,
    checked.sender_id,
    checked.is_automated,
    checked.intent,
    {{ sound('intent_confidence') }},
    checked.intent_label,
    checked.is_fallback,
    {{ sound('sentiment') }},
    {{ sound('speech_recognition_seconds') }},
    checked.loaded_at,
    checked.landed_file_name,
    checked.landed_line_number,
    coalesce(
        checked.row_defect,
        superseded.row_defect,
        {{ misplaced('sent_at', 'chats', 'chat_id', 'started_at') }}
    ) as row_defect,
    {{ value_defects(['intent_confidence', 'sentiment', 'speech_recognition_seconds'], [roster_defect('sender_type')]) }},
    {{ word_defects(['sender_type']) }}
from checked
left join superseded
    on
        superseded.landed_line_number = checked.landed_line_number
        and superseded.landed_file_name = checked.landed_file_name
cross join landed_chats
left join chats
    on
        chats.source_system = checked.source_system
        and chats.chat_id = checked.chat_id
{{ join_words('sender_type', 'sender_type') }}
{{ join_roster_bots('sender_id') }}
    and sender_type_words.word = 'agent'
