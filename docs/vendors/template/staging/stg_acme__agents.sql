select
    t.agent_id,
    t.source_system,
    t.team,
    false as is_bot,
    cast(null as timestamp) as hired_at,
    cast(null as timestamp) as left_at,
    cast(null as {{ type_double() }}) as hourly_cost,
    cast(null as bigint) as max_concurrent_chats,
    t.landed_file_name,
    t.landed_line_number
from {{ vendor_table('acme', 'agents') }} as t
