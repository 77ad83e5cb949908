{#- Who spoke last in public before the invitation: frozen at that moment, so that a later reassignment moves no score. -#}
with

surveys as (
    select
        survey_response_id,
        source_type,
        conversation_source_system,
        source_conversation_id,
        sent_until
    from {{ ref('int_surveys_attributed') }}
    where attribution <> 'none'
),

spoken as (
    select
        surveys.survey_response_id,
        messages.sent_at,
        messages.sender_type,
        messages.sender_id
    from surveys
    inner join {{ accepted(ref('int_ticket_messages_judged')) }} as messages
        on
            messages.source_system = surveys.conversation_source_system
            and messages.ticket_id = surveys.source_conversation_id
            and messages.sent_at <= surveys.sent_until
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
    inner join {{ accepted(ref('int_chat_messages_judged')) }} as messages
        on
            messages.source_system = surveys.conversation_source_system
            and messages.chat_id = surveys.source_conversation_id
            and messages.sent_at <= surveys.sent_until
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
