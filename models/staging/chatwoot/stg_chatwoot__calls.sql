{#- No calls: the tool's voice inboxes land as chats of the channel phone. -#}
select
    cast(null as {{ dbt.type_string() }}) as call_id,
    cast(null as {{ dbt.type_string() }}) as source_system,
    cast(null as {{ dbt.type_string() }}) as root_call_id,
    cast(null as {{ dbt.type_string() }}) as direction,
    cast(null as {{ dbt.type_string() }}) as customer_id,
    cast(null as {{ dbt.type_string() }}) as customer_email,
    cast(null as {{ dbt.type_string() }}) as customer_phone,
    cast(null as {{ dbt.type_string() }}) as topic,
    cast(null as {{ dbt.type_string() }}) as subtopic,
    cast(null as timestamp) as started_at,
    cast(null as timestamp) as ivr_started_at,
    cast(null as timestamp) as ivr_ended_at,
    cast(null as bigint) as ivr_inputs,
    cast(null as timestamp) as queued_at,
    cast(null as timestamp) as answered_at,
    cast(null as timestamp) as ended_at,
    cast(null as {{ type_double() }}) as hold_seconds,
    cast(null as {{ type_double() }}) as wrap_seconds,
    cast(null as {{ dbt.type_string() }}) as outcome,
    cast(null as boolean) as resolved,
    cast(null as {{ dbt.type_string() }}) as agent_id,
    cast(null as {{ dbt.type_string() }}) as team,
    cast(null as timestamp) as loaded_at,
    cast(null as {{ dbt.type_string() }}) as landed_file_name,
    cast(null as bigint) as landed_line_number
from {{ ref('base_chatwoot__accounts') }}
where false
