{#- What the messages and events of a conversation say of it as a whole: who wrote first, who answered, when it was resolved. -#}
with

conversations as (
    select * from {{ ref('base_chatwoot__conversations') }}
),

told as (
    select
        landed_system,
        conversation_id,
        max(case when event_name = 'conversation_resolved' then occurred_at end) as last_resolved_at,
        max(
            case when event_name in ('conversation_bot_resolved', 'conversation_captain_inference_resolved') then occurred_at end
        ) as last_bot_resolved_at,
        min(
            case when event_name in ('conversation_bot_handoff', 'conversation_captain_inference_handoff') then occurred_at end
        ) as handed_over_at,
        {{ value_at_latest("case when event_name = 'conversation_resolved' then actor_word end", 'occurred_at') }} as resolver,
        max(case when event_name like 'conversation_captain%' then 1 else 0 end) as has_captain_events,
        max(case when event_name = 'conversation_bot_resolved' then 1 else 0 end) as has_bot_resolves,
        max(loaded_at) as loaded_at
    from {{ ref('base_chatwoot__events') }}
    where copy_number = 1
    group by landed_system, conversation_id
),

-- What failed to be sent reached nobody.
written as (
    select
        messages.landed_system,
        messages.conversation_id,
        min(case when messages.sender_word = 'customer' then messages.sent_at end) as first_customer_word_at,
        min(case when messages.is_human_reply then messages.sent_at end) as first_human_word_at,
        min(case when messages.is_human_reply and messages.sent_at >= told.handed_over_at then messages.sent_at end)
        as accepted_at,
        max(case when messages.is_bot_reply then messages.sender_id end) as bot_id,
        {{ value_at_latest('case when messages.is_human_reply then messages.sender_id end', 'messages.sent_at') }} as writer_id,
        max(messages.loaded_at) as loaded_at
    from {{ ref('base_chatwoot__messages') }} as messages
    left join told
        on
            told.landed_system = messages.landed_system
            and told.conversation_id = messages.conversation_id
    where not messages.is_failed
    group by messages.landed_system, messages.conversation_id
)

select
    conversations.landed_system,
    conversations.conversation_id,
    written.first_customer_word_at,
    written.first_human_word_at,
    coalesce(conversations.assignee_id, written.writer_id) as agent_id,
    told.handed_over_at,
    written.accepted_at,
    coalesce(written.first_human_word_at < told.handed_over_at, false) as is_handed_back,
    case when conversations.status = 'solved' then told.last_resolved_at end as resolved_at,
    told.resolver,
    coalesce(told.last_bot_resolved_at >= told.last_resolved_at, false) as is_resolved_by_bot,
    coalesce(
        written.bot_id,
        case when told.handed_over_at is not null or told.has_bot_resolves = 1 then conversations.awaited_bot_id end,
        case when told.has_captain_events = 1 then 'captain' when told.handed_over_at is not null then 'agent_bot' end
    ) as bot_id,
    -- Who is blocked gets no answer: the tool resolves what they write at once.
    conversations.is_blocked
    and conversations.status = 'solved'
    and written.first_human_word_at is null as is_turned_away,
    case
        when conversations.campaign_id is not null then true
        when written.first_human_word_at < written.first_customer_word_at then true
        when written.first_customer_word_at is null and written.first_human_word_at is not null then true
    end as is_begun_by_us,
    greatest(conversations.loaded_at, told.loaded_at, written.loaded_at) as loaded_at
from conversations
left join told
    on
        told.landed_system = conversations.landed_system
        and told.conversation_id = conversations.conversation_id
left join written
    on
        written.landed_system = conversations.landed_system
        and written.conversation_id = conversations.conversation_id
