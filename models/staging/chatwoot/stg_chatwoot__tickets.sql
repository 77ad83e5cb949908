{#- A conversation of an e-mail inbox is a ticket. -#}
select
    conversations.conversation_id as ticket_id,
    conversations.source_system,
    conversations.customer_id,
    conversations.customer_email,
    conversations.customer_phone,
    conversations.channel,
    conversations.topic,
    cast(null as {{ dbt.type_string() }}) as subtopic,
    conversations.priority,
    case when lives.is_turned_away then 'spam' else conversations.status end as status,
    conversations.created_at,
    conversations.updated_at,
    lives.resolved_at as solved_at,
    cast(null as timestamp) as closed_at,
    cast(null as timestamp) as due_at,
    lives.agent_id as assigned_agent_id,
    conversations.team,
    cast(null as {{ dbt.type_string() }}) as merged_into_ticket_id,
    cast(null as {{ dbt.type_string() }}) as follow_up_of_ticket_id,
    cast(null as {{ dbt.type_string() }}) as call_id,
    cast(null as {{ dbt.type_string() }}) as chat_id,
    lives.is_begun_by_us as is_outbound,
    conversations.language,
    cast(null as {{ dbt.type_string() }}) as brand,
    lives.loaded_at,
    conversations.landed_file_name,
    conversations.landed_line_number
from {{ ref('base_chatwoot__conversations') }} as conversations
inner join {{ ref('base_chatwoot__lives') }} as lives
    on
        lives.landed_system = conversations.landed_system
        and lives.conversation_id = conversations.conversation_id
where conversations.is_ticket
