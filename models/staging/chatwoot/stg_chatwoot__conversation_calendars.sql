{#- A conversation has the hours of its inbox. -#}
select
    conversations.source_system,
    case when conversations.is_ticket then 'ticket' else 'chat' end as source_type,
    conversations.conversation_id as source_conversation_id,
    inboxes.landed_system || ':inbox:' || inboxes.inbox_id as calendar_id,
    timestamp '1970-01-01 00:00:00' as held_from,
    timestamp '9999-12-31 00:00:00' as held_until
from {{ ref('base_chatwoot__conversations') }} as conversations
inner join {{ ref('base_chatwoot__inboxes') }} as inboxes
    on
        inboxes.landed_system = conversations.landed_system
        and inboxes.inbox_id = conversations.inbox_id
where inboxes.has_working_hours
