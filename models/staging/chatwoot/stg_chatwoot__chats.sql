{#-
    A conversation of any inbox but e-mail is a chat. It ends with its last resolve, if it is resolved now. Why it ended is told where
    the tool says who resolved it; a resolve after inactivity leaves only a sentence, so without a person's word it is unstated.
    A hand-over after a person's answer does not begin the wait for one.
-#}
select
    conversations.conversation_id as chat_id,
    conversations.source_system,
    conversations.customer_id,
    conversations.customer_email,
    conversations.customer_phone,
    conversations.channel,
    conversations.topic,
    cast(null as {{ dbt.type_string() }}) as subtopic,
    conversations.created_at as started_at,
    lives.resolved_at as ended_at,
    case
        when coalesce(conversations.status, '') <> 'solved' then null
        when lives.is_resolved_by_bot or lives.resolver = 'bot' then 'bot_closed'
        when lives.resolver = 'customer' then 'customer_left'
        when lives.resolver = 'agent' or lives.first_human_word_at is not null then 'agent_closed'
        else 'unstated'
    end as end_reason,
    cast(null as {{ dbt.type_string() }}) as outcome,
    lives.bot_id,
    case when not lives.is_handed_back then lives.handed_over_at end as handover_requested_at,
    cast(null as {{ dbt.type_string() }}) as handover_reason,
    case when not lives.is_handed_back then lives.accepted_at end as handover_accepted_at,
    cast(null as {{ dbt.type_string() }}) as handover_context,
    cast(null as timestamp) as queued_at,
    lives.first_human_word_at as agent_joined_at,
    lives.agent_id,
    conversations.team,
    lives.is_begun_by_us as is_proactive,
    lives.loaded_at,
    conversations.landed_file_name,
    conversations.landed_line_number
from {{ ref('base_chatwoot__conversations') }} as conversations
inner join {{ ref('base_chatwoot__lives') }} as lives
    on
        lives.landed_system = conversations.landed_system
        and lives.conversation_id = conversations.conversation_id
where not conversations.is_ticket
