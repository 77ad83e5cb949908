{#- Intercom has no solved: closing a conversation resolves it, and an Intercom ticket has a state that says so. -#}
with

conversations as (
    select
        conversations.*,
        case
            when conversations.is_deleted then 'deleted'
            when conversations.is_ticket then coalesce(conversations.ticket_status, walk.status)
            else walk.status
        end as current_status,
        coalesce(
            case when conversations.is_ticket then walk.resolved_at end, walk.last_close_at, conversations.stated_last_close_at
        ) as last_solved_at,
        walk.loaded_at as last_loaded_at
    from {{ ref('base_intercom__conversations') }} as conversations
    inner join {{ ref('base_intercom__walk') }} as walk
        on
            walk.source_system = conversations.source_system
            and walk.conversation_id = conversations.conversation_id
    where conversations.entity = 'ticket'
)

select
    conversations.conversation_id as ticket_id,
    conversations.source_system,
    facts.customer_id,
    facts.customer_email,
    facts.customer_phone,
    conversations.channel,
    facts.topic,
    cast(null as {{ dbt.type_string() }}) as subtopic,
    conversations.priority,
    conversations.current_status as status,
    conversations.created_at,
    conversations.updated_at,
    case when conversations.current_status = 'solved' then conversations.last_solved_at end as solved_at,
    cast(null as timestamp) as closed_at,
    cast(null as timestamp) as due_at,
    facts.admin_id as assigned_agent_id,
    facts.team,
    cast(null as {{ dbt.type_string() }}) as merged_into_ticket_id,
    cast(null as {{ dbt.type_string() }}) as follow_up_of_ticket_id,
    cast(null as {{ dbt.type_string() }}) as call_id,
    cast(null as {{ dbt.type_string() }}) as chat_id,
    conversations.is_company_begun as is_outbound,
    cast(null as {{ dbt.type_string() }}) as language,
    cast(null as {{ dbt.type_string() }}) as brand,
    greatest(conversations.last_loaded_at, facts.loaded_at) as loaded_at,
    conversations.landed_file_name,
    conversations.landed_line_number
from conversations
inner join {{ ref('base_intercom__facts') }} as facts
    on
        facts.source_system = conversations.source_system
        and facts.conversation_id = conversations.conversation_id
