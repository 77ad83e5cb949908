{#-
    A conversation that we began starts when the customer answers. Its times stand within its start and end: a chat that is closed
    ends with the last close, or with the reply that somebody added to it. Where parts are missing, the vendor's own first reply says
    when a person joined.
-#}
with

walked as (
    select
        conversations.source_system,
        conversations.conversation_id,
        conversations.channel,
        conversations.ai_resolution,
        conversations.is_company_begun,
        conversations.is_ai_agent_involved,
        conversations.landed_file_name,
        conversations.landed_line_number,
        walk.closed_by,
        walk.has_bot_dialogue,
        walk.has_no_answer,
        walk.last_agent_id,
        walk.idle_at,
        walk.last_close_at,
        walk.loaded_at,
        case
            when conversations.is_company_begun
                then coalesce(conversations.first_contact_reply_created_at, walk.first_customer_at, conversations.created_at)
            else conversations.created_at
        end as started_at,
        case
            when walk.has_all_parts then walk.first_reply_at
            else coalesce(conversations.stated_first_reply_at, walk.first_reply_at)
        end as agent_joined_at,
        case
            when not walk.has_bot_dialogue then null
            when walk.handed_over_by_bot_at is not null then walk.handed_over_by_bot_at
            when conversations.ai_resolution = 'unresolved' then walk.first_assigned_after_bot_at
        end as handover_requested_at,
        case when walk.has_bot_dialogue then walk.first_assigned_after_bot_at else walk.first_assigned_at end as queued_at,
        case when walk.status = 'solved' then coalesce(walk.last_close_at, conversations.stated_last_close_at) end as closed_at
    from {{ ref('base_intercom__conversations') }} as conversations
    inner join {{ ref('base_intercom__walk') }} as walk
        on
            walk.source_system = conversations.source_system
            and walk.conversation_id = conversations.conversation_id
    where conversations.entity = 'chat' and not conversations.is_deleted
),

ended as (
    select
        *,
        case when closed_at is not null then greatest(closed_at, agent_joined_at, started_at) end as ended_at
    from walked
),

-- What was assigned before the start waited from the start on; what was assigned after the end waits for nothing.
placed as (
    select
        *,
        case
            when queued_at <= coalesce(ended_at, queued_at) then greatest(queued_at, started_at)
        end as placed_queued_at,
        case
            when handover_requested_at <= coalesce(ended_at, handover_requested_at)
                then greatest(handover_requested_at, started_at)
        end as placed_handover_at
    from ended
)

select
    placed.conversation_id as chat_id,
    placed.source_system,
    facts.customer_id,
    facts.customer_email,
    facts.customer_phone,
    placed.channel,
    facts.topic,
    cast(null as {{ dbt.type_string() }}) as subtopic,
    placed.started_at,
    placed.ended_at,
    case
        when placed.ended_at is null or placed.last_close_at is null then null
        when placed.closed_by = 'agent' then 'agent_closed'
        when placed.closed_by = 'customer' then 'customer_left'
        when placed.closed_by = 'bot' and placed.idle_at <= placed.last_close_at then 'timeout'
        when placed.closed_by = 'bot' then 'bot_closed'
        else 'unstated'
    end as end_reason,
    -- What the AI agent could not resolve, a person may have.
    case
        when placed.ai_resolution in ('assumed', 'not_stated') or not placed.is_ai_agent_involved then null
        when placed.ai_resolution = 'unresolved' and placed.agent_joined_at is not null then null
        else placed.ai_resolution
    end as outcome,
    case
        when placed.is_ai_agent_involved then 'fin'
        when placed.has_bot_dialogue then 'operator'
    end as bot_id,
    placed.placed_handover_at as handover_requested_at,
    case
        when placed.placed_handover_at is null then null
        when placed.has_no_answer then 'no_answer'
    end as handover_reason,
    case when placed.agent_joined_at >= placed.placed_handover_at then placed.agent_joined_at end as handover_accepted_at,
    cast(null as {{ dbt.type_string() }}) as handover_context,
    placed.placed_queued_at as queued_at,
    placed.agent_joined_at,
    coalesce(facts.admin_id, placed.last_agent_id) as agent_id,
    facts.team,
    placed.is_company_begun as is_proactive,
    greatest(placed.loaded_at, facts.loaded_at) as loaded_at,
    placed.landed_file_name,
    placed.landed_line_number
from placed
inner join {{ ref('base_intercom__facts') }} as facts
    on
        facts.source_system = placed.source_system
        and facts.conversation_id = placed.conversation_id
