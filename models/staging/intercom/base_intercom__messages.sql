{#-
    Messages of both chats and tickets: the first one, which is no part, and the parts that are messages. What we sent before the
    customer answered a campaign is left out: it begins and answers nothing. A conversation whose parts are missing has a message
    of nobody known, so that it is unknown, and not unanswered. A view: its readers take different parts of it.
-#}
{{ config(materialized='view') }}
with

conversations as (
    select
        conversations.source_system,
        conversations.conversation_id,
        conversations.entity,
        conversations.source_sender_type,
        conversations.source_author_id,
        conversations.begun_by,
        conversations.created_at,
        case when conversations.is_company_begun and conversations.entity = 'chat'
            then coalesce(conversations.first_contact_reply_created_at, walk.first_customer_at, conversations.created_at)
            else conversations.created_at
        end as started_at,
        walk.has_bot_dialogue,
        walk.has_all_parts,
        conversations.loaded_at,
        conversations.landed_file_name,
        conversations.landed_line_number
    from {{ ref('base_intercom__conversations') }} as conversations
    inner join {{ ref('base_intercom__walk') }} as walk
        on
            walk.source_system = conversations.source_system
            and walk.conversation_id = conversations.conversation_id
    where conversations.entity <> 'call' and not (conversations.is_deleted and conversations.entity = 'chat')
)

select
    source_system,
    conversation_id,
    entity,
    'source:' || conversation_id as message_id,
    created_at as sent_at,
    source_sender_type as sender_type,
    case when source_sender_type in ('agent', 'bot') then source_author_id end as sender_id,
    true as is_public,
    coalesce(begun_by = 'campaign', false) or (source_sender_type = 'bot' and not has_bot_dialogue) as is_automated,
    loaded_at,
    landed_file_name,
    landed_line_number
from conversations
where source_sender_type is not null and created_at >= started_at

union all

select
    source_system,
    conversation_id,
    entity,
    'missing:' || conversation_id as message_id,
    started_at as sent_at,
    'other' as sender_type,
    cast(null as {{ dbt.type_string() }}) as sender_id,
    true as is_public,
    false as is_automated,
    loaded_at,
    landed_file_name || '#2' as landed_file_name,
    landed_line_number
from conversations
where not has_all_parts

union all

select
    conversations.source_system,
    conversations.conversation_id,
    conversations.entity,
    parts.part_id as message_id,
    greatest(parts.created_at, conversations.started_at) as sent_at,
    parts.sender_type,
    case when parts.sender_type in ('agent', 'bot') then parts.author_id end as sender_id,
    not parts.is_note as is_public,
    parts.is_automated or (parts.sender_type = 'bot' and not conversations.has_bot_dialogue) as is_automated,
    parts.loaded_at,
    parts.landed_file_name,
    parts.landed_line_number
from conversations
inner join {{ ref('base_intercom__parts') }} as parts
    on
        parts.source_system = conversations.source_system
        and parts.conversation_id = conversations.conversation_id
where
    parts.is_message
    -- Clocks differ by a second or two.
    and parts.created_at >= {{ dbt.dateadd('second', -5, 'conversations.started_at') }}
