{#-
    What happened in a conversation, from its first message and its parts. The first message is no part. A bot that answers no more
    than once, with the notice that somebody will come back, had no dialogue: a second answer before a person's, a tapped button
    or an answer of the AI agent make one.
-#}
with

messages as (
    select
        source_system,
        conversation_id,
        '' as part_id,
        'source' as part_type,
        source_sender_type as sender_type,
        source_author_id as author_id,
        false as is_ai_answer,
        true as is_source,
        created_at as sent_at
    from {{ ref('base_intercom__conversations') }}
    where source_sender_type is not null

    union all

    select
        source_system,
        conversation_id,
        part_id,
        part_type,
        sender_type,
        author_id,
        is_ai_answer,
        false as is_source,
        created_at as sent_at
    from {{ ref('base_intercom__parts') }}
    where is_message and not is_note and not is_automated
),

-- At the same second parts are in the order of their numbers; the first message is before all.
ordered as (
    select
        *,
        lag(sender_type) over in_order as previous_sender_type,
        sum(case when sender_type = 'agent' then 1 else 0 end) over (in_order rows unbounded preceding) as agent_messages,
        sum(case when sender_type = 'customer' then 1 else 0 end) over (in_order rows unbounded preceding) as customer_messages
    from messages
    window in_order as (
        partition by source_system, conversation_id order by sent_at, length(part_id), part_id
    )
),

messages_summed as (
    select
        source_system,
        conversation_id,
        min(case when sender_type = 'customer' then sent_at end) as first_customer_at,
        min(case when sender_type = 'agent' and not is_source and customer_messages > 0 then sent_at end) as first_reply_at,
        min(case when sender_type = 'bot' and not is_source then sent_at end) as first_bot_at,
        max(case when sender_type = 'bot' then sent_at end) as last_bot_at,
        {{ value_at_latest("case when sender_type = 'agent' and not is_source then author_id end", 'sent_at') }} as last_agent_id,
        count(distinct case when sender_type = 'agent' and not is_source then author_id end) as teammate_count,
        max(case when is_ai_answer then 1 else 0 end) = 1 as has_ai_answer,
        max(case when is_ai_answer or (sender_type = 'customer' and part_type = 'quick_reply') then 1 else 0 end) = 1
        or sum(case
            when sender_type = 'bot' and agent_messages = 0 and coalesce(previous_sender_type, '') <> 'bot' then 1 else 0
        end) > 1 as has_bot_dialogue
    from ordered
    group by source_system, conversation_id
),

parts_summed as (
    select
        parts.source_system,
        parts.conversation_id,
        count(*) as part_count,
        min(case when parts.assigned_to_type in ('admin', 'team') then parts.created_at end) as first_assigned_at,
        min(case
            when parts.assigned_to_type in ('admin', 'team') and parts.created_at >= summed.first_bot_at then parts.created_at
        end) as first_assigned_after_bot_at,
        min(case
            when parts.is_assignment and parts.sender_type = 'bot' and parts.created_at >= summed.first_bot_at
                and coalesce(parts.assigned_to_type, '') <> 'bot' then parts.created_at
        end) as handed_over_by_bot_at,
        min(case when parts.part_kind = 'closed' then parts.created_at end) as first_close_at,
        max(case when parts.part_kind = 'closed' then parts.created_at end) as last_close_at,
        sum(case when parts.part_kind = 'closed' then 1 else 0 end) as close_count,
        {{ value_at_latest("case when parts.part_kind = 'closed' then parts.sender_type end", 'parts.created_at') }} as closed_by,
        max(case when parts.part_kind = 'idle' then parts.created_at end) as idle_at,
        {{ value_at_latest("case when parts.part_kind <> 'ticket_state' then parts.status end", 'parts.created_at') }}
        as last_status,
        max(case when parts.part_kind <> 'ticket_state' and parts.status is not null then parts.created_at end) as last_status_at,
        max(case when parts.part_kind = 'ticket_state' and parts.status = 'solved' then parts.created_at end) as resolved_at,
        min(case when parts.part_kind = 'rated' then parts.created_at end) as first_rated_at,
        min(case when parts.part_kind = 'collected' then parts.created_at end) as first_collected_at,
        max(case when parts.part_kind = 'no_answer' then 1 else 0 end) = 1 as has_no_answer,
        max(parts.loaded_at) as loaded_at
    from {{ ref('base_intercom__parts') }} as parts
    left join messages_summed as summed
        on
            summed.source_system = parts.source_system
            and summed.conversation_id = parts.conversation_id
    group by parts.source_system, parts.conversation_id
)

select
    conversations.source_system,
    conversations.conversation_id,
    coalesce(parts_summed.part_count, 0) as part_count,
    coalesce(summed.teammate_count, 0) as teammate_count,
    coalesce(parts_summed.close_count, 0) as close_count,
    summed.last_agent_id,
    parts_summed.closed_by,
    -- A conversation whose row is older than its last part has not heard of it.
    case
        when parts_summed.last_status_at > conversations.updated_at then parts_summed.last_status
        else conversations.status
    end as status,
    coalesce(summed.has_bot_dialogue, false) or conversations.is_ai_agent_involved as has_bot_dialogue,
    coalesce(summed.has_ai_answer, false) or conversations.has_ai_answer as has_ai_answer,
    coalesce(parts_summed.has_no_answer, false) as has_no_answer,
    -- Fewer parts than the tool counts, or a reply that it knows and that did not land: what is not there was not seen.
    coalesce(
        parts_summed.part_count >= conversations.stated_parts,
        conversations.stated_parts = 0 or parts_summed.part_count > 0,
        conversations.is_company_begun and conversations.first_contact_reply_created_at is null
    )
    and (conversations.stated_first_reply_at is null or summed.first_reply_at is not null) as has_all_parts,
    least(summed.first_customer_at, parts_summed.first_collected_at) as first_contact_at,
    summed.first_customer_at,
    summed.first_reply_at,
    summed.first_bot_at,
    summed.last_bot_at,
    parts_summed.first_assigned_at,
    parts_summed.first_assigned_after_bot_at,
    parts_summed.handed_over_by_bot_at,
    parts_summed.first_close_at,
    parts_summed.last_close_at,
    parts_summed.idle_at,
    parts_summed.resolved_at,
    parts_summed.first_rated_at,
    greatest(conversations.loaded_at, parts_summed.loaded_at) as loaded_at
from {{ ref('base_intercom__conversations') }} as conversations
left join messages_summed as summed
    on
        summed.source_system = conversations.source_system
        and summed.conversation_id = conversations.conversation_id
left join parts_summed
    on
        parts_summed.source_system = conversations.source_system
        and parts_summed.conversation_id = conversations.conversation_id
