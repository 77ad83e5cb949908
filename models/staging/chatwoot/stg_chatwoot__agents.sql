{#-
    People of each account and the bots. A person in several teams is in the one with the first name; a bot of the whole installation is
    in every account.
-#}
with

accounts as (
    select * from {{ ref('base_chatwoot__accounts') }}
),

homes as (
    select
        members.source_system,
        members.user_id,
        teams.account_id,
        min(teams.name) as team
    from {{ vendor_table('chatwoot', 'team_members') }} as members
    inner join {{ vendor_table('chatwoot', 'teams') }} as teams
        on
            teams.source_system = members.source_system
            and teams.id = members.team_id
    group by members.source_system, members.user_id, teams.account_id
),

bots as (
    select
        t.source_system,
        'agent_bot_' || t.id as agent_id,
        t.account_id,
        t.landed_file_name,
        t.landed_line_number
    from {{ vendor_table('chatwoot', 'agent_bots') }} as t

    union all

    select
        t.source_system,
        'captain_' || t.id as agent_id,
        t.account_id,
        t.landed_file_name,
        t.landed_line_number
    from {{ vendor_table('chatwoot', 'captain_assistants') }} as t
),

everybody as (
    select
        t.user_id as agent_id,
        accounts.source_system,
        homes.team,
        false as is_bot,
        t.created_at as hired_at,
        t.landed_file_name,
        t.landed_line_number
    from {{ vendor_table('chatwoot', 'account_users') }} as t
    inner join accounts
        on
            accounts.landed_system = t.source_system
            and accounts.account_id = t.account_id
    left join homes
        on
            homes.source_system = t.source_system
            and homes.user_id = t.user_id
            and homes.account_id = t.account_id

    union all

    select
        bots.agent_id,
        accounts.source_system,
        cast(null as {{ dbt.type_string() }}) as team,
        true as is_bot,
        cast(null as timestamp) as hired_at,
        case
            when bots.account_id is null then bots.landed_file_name || '#' || accounts.source_system else bots.landed_file_name
        end as landed_file_name,
        bots.landed_line_number
    from bots
    inner join accounts
        on
            accounts.landed_system = bots.source_system
            and accounts.account_id = coalesce(bots.account_id, accounts.account_id)
)

select
    agent_id,
    source_system,
    team,
    is_bot,
    hired_at,
    cast(null as timestamp) as left_at,
    cast(null as {{ type_double() }}) as hourly_cost,
    cast(null as bigint) as max_concurrent_chats,
    landed_file_name,
    landed_line_number
from everybody
