{#- Nothing of Intercom says when somebody was hired; who was deleted had left when the loader saw it. -#}
select
    admin_id as agent_id,
    source_system,
    team,
    is_bot,
    cast(null as timestamp) as hired_at,
    left_at,
    cast(null as {{ type_double() }}) as hourly_cost,
    cast(null as bigint) as max_concurrent_chats,
    landed_file_name,
    landed_line_number
from {{ ref('base_intercom__admins') }}
