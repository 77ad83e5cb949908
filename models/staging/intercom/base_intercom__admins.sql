{#- Teammates as landed. Who is a bot, base_intercom__parts has found. -#}
with

landed as (
    {% for table in ['admin', 'admins'] %}
    select t.* from {{ vendor_table('intercom', table) }} as t
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

ranked as (
    select
        *,
        row_number() over (
            partition by source_system, admin_id
            order by loaded_at desc nulls last, landed_file_name desc, landed_line_number desc
        ) as recency_rank
    from landed
),

bots as (
    select distinct
        source_system,
        author_id as admin_id
    from {{ ref('base_intercom__parts') }}
    where sender_type = 'bot' and author_id is not null
),

-- One home: of several teams the first by name.
homes as (
    select
        t.source_system,
        t.admin_id,
        min(teams.team) as team
    from {{ vendor_table('intercom', 'team_admin') }} as t
    inner join {{ ref('base_intercom__teams') }} as teams
        on
            teams.source_system = t.source_system
            and teams.team_id = t.team_id
    where not coalesce(t.is_deleted, false)
    group by t.source_system, t.admin_id
)

select
    ranked.source_system,
    ranked.admin_id,
    homes.team,
    ranked.bot_name is not null or bots.admin_id is not null as is_bot,
    case when ranked.is_deleted then ranked.loaded_at end as left_at,
    ranked.loaded_at,
    ranked.landed_file_name,
    ranked.landed_line_number
from ranked
left join bots
    on
        bots.source_system = ranked.source_system
        and bots.admin_id = ranked.admin_id
left join homes
    on
        homes.source_system = ranked.source_system
        and homes.admin_id = ranked.admin_id
where ranked.recency_rank = 1
