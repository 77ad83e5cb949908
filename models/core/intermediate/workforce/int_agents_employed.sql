{#- From when to when registered people are employed. Kept apart from dim_agents, which is published. -#}
select
    source_system,
    agent_id,
    team,
    {{ reporting_date('hired_at') }} as hired_date,
    {{ reporting_date('left_at') }} as left_date,
    left_at
from {{ accepted(ref('int_agents_judged')) }} as agents
where not is_bot
