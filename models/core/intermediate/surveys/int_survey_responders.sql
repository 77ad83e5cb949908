{#-
    Whom an answer judges: who spoke last in public before the invitation, frozen at that moment, so that a later reassignment
    moves no score.
-#}
with

surveys as (
    select * from {{ ref('int_surveys_attributed') }}
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
),

last_speakers as (
    select
        survey_response_id,
        {{ value_at_latest('sender_type', 'sent_at') }} as sender_type,
        {{ value_at_latest('sender_id', 'case when sender_id is not null then sent_at end') }} as sender_id
    from spoken
    group by survey_response_id
)

select
    surveys.*,
    case
        when last_speakers.sender_type = 'agent' then last_speakers.sender_id
        when last_speakers.sender_type is null then surveys.agent_id
    end as judged_agent_id,
    case when last_speakers.sender_type = 'bot' then coalesce(last_speakers.sender_id, surveys.bot_id) end as judged_bot_id
from surveys
left join last_speakers on last_speakers.survey_response_id = surveys.survey_response_id
