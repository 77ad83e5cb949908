{#-
    The events of the tool's reports that are of a conversation. A job that is retried writes its row again: copy_number tells the
    copies of one event apart, 1 is the first written.
-#}
with

words as (
    select * from {{ ref('chatwoot_words') }}
)

select
    t.source_system as landed_system,
    conversations.source_system,
    t.id as event_id,
    t.conversation_id,
    t.name as event_name,
    coalesce(actor_words.word, t.actor_type) as actor_word,
    case
        when actor_words.word = 'agent' then t.doer_id
        when lower(t.actor_type) = 'agentbot' then 'agent_bot_' || t.doer_id
        when actor_words.word = 'bot' then 'captain_' || t.doer_id
    end as actor_id,
    row_number() over (
        partition by t.source_system, t.conversation_id, t.name, t.event_end_time
        order by t.created_at, length(t.id), t.id, t.landed_file_name, t.landed_line_number
    ) as copy_number,
    t.value as calendar_seconds,
    t.value_in_business_hours as business_seconds,
    conversations.is_ticket,
    t.event_start_time as started_at,
    t.event_end_time as occurred_at,
    t.loaded_at,
    t.landed_file_name,
    t.landed_line_number
from {{ vendor_table('chatwoot', 'reporting_events') }} as t
inner join {{ ref('base_chatwoot__conversations') }} as conversations
    on
        conversations.landed_system = t.source_system
        and conversations.conversation_id = t.conversation_id
left join words as actor_words
    on
        actor_words.vocabulary = 'chatwoot_sender_type'
        and actor_words.landed_word = lower(t.actor_type)
where
    t.name in (
        'first_response', 'reply_time', 'conversation_resolved', 'conversation_opened', 'conversation_bot_resolved',
        'conversation_bot_handoff', 'conversation_captain_inference_resolved', 'conversation_captain_inference_handoff'
    )
