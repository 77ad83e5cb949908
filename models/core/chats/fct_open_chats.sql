{#- Chats that are going on at the cut-off: no end has landed, and somebody wrote a short while ago. -#}
with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

chats as (
    select * from {{ accepted(ref('int_chats_judged')) }} as chats
    where ended_at is null
),

conversations as (
    select * from {{ ref('int_conversations_identified') }}
    where source_type = 'chat'
)

select
    conversations.conversation_id,
    conversations.channel,
    conversations.topic,
    conversations.team,
    conversations.agent_id,
    conversations.responder in ('human', 'hybrid') as is_with_agent,
    coalesce(conversations.queue_outcome = 'abandoned', false) as is_waiting,
    case
        when conversations.queue_outcome = 'abandoned' then {{ seconds_between('conversations.queued_at', 'cutoff.as_of') }}
    end as wait_seconds,
    conversations.started_at,
    conversations.ended_at as last_message_at
from chats
inner join conversations
    on
        conversations.source_system = chats.source_system
        and conversations.source_conversation_id = chats.chat_id
inner join cutoff
    on cutoff.as_of <= {{ dbt.dateadd('minute', var('chat_idle_minutes'), 'conversations.ended_at') }}
