{#- Who is an agent: registered, or seen at work, on the roster or in training. -#}
with

registered as (
    select * from {{ accepted(ref('int_agents_judged')) }} as agents
),

-- Agents at work, on the roster or in training whom no agents table names are agents all the same.
mentioned as (
    select
        source_system,
        agent_id,
        team,
        case when team is not null then started_at end as named_at
    from {{ ref('int_conversations_identified') }}
    where agent_id is not null
    union all
    select distinct
        source_system,
        agent_id,
        cast(null as {{ dbt.type_string() }}) as team,
        cast(null as timestamp) as named_at
    from {{ ref('int_handle_stretches') }}
    where agent_id is not null
    union all
    select distinct
        source_system,
        agent_id,
        cast(null as {{ dbt.type_string() }}) as team,
        cast(null as timestamp) as named_at
    from {{ accepted(ref('int_agent_shifts_judged')) }} as agent_shifts
    where agent_id is not null
    union all
    select distinct
        source_system,
        agent_id,
        cast(null as {{ dbt.type_string() }}) as team,
        cast(null as timestamp) as named_at
    from {{ accepted(ref('int_agent_training_judged')) }} as agent_training
    where agent_id is not null
),

seen as (
    select
        source_system,
        agent_id,
        {{ value_at_latest('team', 'named_at') }} as team
    from mentioned
    group by source_system, agent_id
)

select
    {{ stable_id([
        'cutoff.pseudonym_secret',
        'coalesce(registered.source_system, seen.source_system)',
        'coalesce(registered.agent_id, seen.agent_id)',
    ]) }} as agent_key,
    coalesce(registered.source_system, seen.source_system) as source_system,
    coalesce(registered.agent_id, seen.agent_id) as agent_id,
    coalesce(registered.team, seen.team) as team,
    coalesce(registered.is_bot, false) as is_bot,
    registered.agent_id is not null as is_registered,
    registered.max_concurrent_chats
from registered
full outer join seen
    on
        seen.source_system = registered.source_system
        and seen.agent_id = registered.agent_id
cross join {{ ref('stg_landing__as_of') }} as cutoff
