{#- Who spoke last in public before the invitation: frozen at that moment, so that a later reassignment moves no score. -#}
with

surveys as (
    select
        surveys.survey_response_id,
        surveys.sent_at,
        conversations.source_type,
        conversations.source_system,
        conversations.source_conversation_id
    from {{ ref('int_surveys_attributed') }} as surveys
    inner join {{ ref('int_conversations_identified') }} as conversations
        on conversations.conversation_id = surveys.attributed_conversation_id
),

spoken as (
    select
        surveys.survey_response_id,
        messages.sent_at,
        messages.sender_type,
        messages.sender_id
    from surveys
    inner join {{ ref('int_ticket_messages_accepted') }} as messages
        on
            messages.source_system = surveys.source_system
            and messages.ticket_id = surveys.source_conversation_id
            and messages.sent_at <= surveys.sent_at
    where
        surveys.source_type = 'ticket'
        and messages.is_public
        and not messages.is_automated
        and messages.sender_type in ('agent', 'bot')

    union all

    select
        surveys.survey_response_id,
        messages.sent_at,
        messages.sender_type,
        messages.sender_id
    from surveys
    inner join {{ ref('int_chat_messages_accepted') }} as messages
        on
            messages.source_system = surveys.source_system
            and messages.chat_id = surveys.source_conversation_id
            and messages.sent_at <= surveys.sent_at
    where
        surveys.source_type = 'chat'
        and not messages.is_automated
        and messages.sender_type in ('agent', 'bot')
)

select
    survey_response_id,
    {{ value_at_latest('sender_type', 'sent_at') }} as sender_type,
    {{ value_at_latest('sender_id', 'case when sender_id is not null then sent_at end') }} as sender_id
from spoken
group by survey_response_id
