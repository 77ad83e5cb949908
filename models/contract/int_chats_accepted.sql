with

valid as (
    select *
    from {{ ref('stg_landing__chats') }}
    where row_defect is null
)

select
    valid.chat_id,
    valid.source_system,
    valid.customer_id,
    valid.customer_email,
    valid.customer_phone,
    {{ our_word('channel') }},
    valid.topic,
    valid.subtopic,
    valid.started_at,
    valid.ended_at,
    {{ our_word('end_reason') }},
    {{ our_word('outcome', as_column='chat_outcome') }},
    valid.bot_id,
    valid.handover_requested_at,
    {{ our_word('handover_reason') }},
    valid.handover_accepted_at,
    valid.handover_context,
    valid.queued_at,
    valid.agent_joined_at,
    valid.agent_id,
    valid.team,
    valid.is_proactive,
    valid.loaded_at,
    valid.landed_file_name,
    valid.landed_line_number,
    valid.value_defects,
    {{ word_defects(['channel', 'end_reason', 'outcome', 'handover_reason']) }}
from valid
{{ join_words('channel', 'channel') }}
{{ join_words('end_reason', 'chat_end_reason') }}
{{ join_words('outcome', 'chat_outcome') }}
{{ join_words('handover_reason', 'handover_reason') }}
where {{ not_refused('chats') }}
