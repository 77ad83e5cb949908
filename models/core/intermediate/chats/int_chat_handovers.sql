{#- Which chats went from a bot to people (is_handover), and when the bot's part ended. -#}
with

chats as (
    select * from {{ accepted(ref('int_chats_judged')) }} as chats
),

conversations as (
    select * from {{ ref('int_conversations_identified') }}
    where source_type = 'chat'
)

-- Where no request landed, the bot's part ends with the queue, or else with the person who took over. Days are no instants of a
-- request or an acceptance: no seconds are measured from them.
select
    conversations.conversation_id,
    chats.source_system,
    chats.chat_id,
    conversations.is_bot_involved,
    conversations.is_bot_engaged and not conversations.is_bot_blocked and conversations.is_handed_over as is_handover,
    chats.handover_reason,
    chats.handover_context,
    case when conversations.response_clock_started_at is not null then coalesce(chats.handover_requested_at, chats.queued_at) end
    as requested_at,
    case
        when conversations.response_clock_started_at is not null then coalesce(chats.handover_accepted_at, chats.agent_joined_at)
    end as accepted_at,
    conversations.first_human_response_at,
    coalesce(
        chats.handover_requested_at, chats.queued_at, chats.agent_joined_at, conversations.first_human_response_at
    ) as bot_part_ended_at
from chats
inner join conversations
    on
        conversations.source_system = chats.source_system
        and conversations.source_conversation_id = chats.chat_id
