{#- Decide in the open: what is a contact here, what is solved, who began it. -#}
select
    t.ticket_id,
    t.source_system,
    t.customer_id,
    t.customer_email,
    t.customer_phone,
    coalesce(channels.word, t.channel) as channel,
    t.topic,
    cast(null as {{ dbt.type_string() }}) as subtopic,
    t.priority,
    coalesce(states.word, t.status) as status,
    t.created_at,
    t.updated_at,
    t.solved_at,
    cast(null as timestamp) as closed_at,
    cast(null as timestamp) as due_at,
    t.assignee_id as assigned_agent_id,
    t.team,
    cast(null as {{ dbt.type_string() }}) as merged_into_ticket_id,
    cast(null as {{ dbt.type_string() }}) as follow_up_of_ticket_id,
    cast(null as {{ dbt.type_string() }}) as call_id,
    cast(null as {{ dbt.type_string() }}) as chat_id,
    cast(null as boolean) as is_outbound,
    cast(null as {{ dbt.type_string() }}) as language,
    cast(null as {{ dbt.type_string() }}) as brand,
    t.loaded_at,
    t.landed_file_name,
    t.landed_line_number
from {{ vendor_table('acme', 'tickets') }} as t
{{ join_vendor_words('acme_words', 'acme_status', 't.status', 'states') }}
{{ join_vendor_words('acme_words', 'acme_channel', 't.channel', 'channels') }}
