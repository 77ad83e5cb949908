{#- Who is or was an agent and has a user row, and the answer bot, where it said something. -#}
with

bots as (
    select
        source_system,
        landed_file_name,
        landed_line_number,
        row_number() over (partition by source_system order by landed_file_name, landed_line_number) as bot_rank
    from {{ ref('base_zendesk__messages') }}
    where sender_type = 'bot'
)

select
    user_id as agent_id,
    source_system,
    team,
    false as is_bot,
    hired_at,
    left_at,
    cast(null as {{ type_double() }}) as hourly_cost,
    cast(null as bigint) as max_concurrent_chats,
    landed_file_name,
    landed_line_number
from {{ ref('base_zendesk__agents') }}
where is_known_user

union all

select
    'answer_bot' as agent_id,
    source_system,
    cast(null as {{ dbt.type_string() }}) as team,
    true as is_bot,
    cast(null as timestamp) as hired_at,
    cast(null as timestamp) as left_at,
    cast(null as {{ type_double() }}) as hourly_cost,
    cast(null as bigint) as max_concurrent_chats,
    landed_file_name,
    landed_line_number
from bots
where bot_rank = 1
