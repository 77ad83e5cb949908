with

training as (
    select * from {{ accepted(ref('int_agent_training_judged')) }} as agent_training
),

agents as (
    select * from {{ ref('dim_agents') }}
)

select
    {{ stable_id(['training.source_system', 'training.agent_id', 'training.course_id', 'training.assigned_at']) }}
    as agent_training_id,
    agents.agent_key,
    training.source_system,
    training.agent_id,
    agents.team,
    training.course_id,
    training.assigned_at,
    training.due_at,
    training.completed_at,
    training.assessed_at,
    -- Whoever left before the due date owes nothing; a course without a due date is never late.
    training.due_at is not null and coalesce(employed.left_at >= training.due_at, true) as is_owed,
    training.is_passed,
    case when training.assessed_at is not null then row_number() over (
        partition by training.source_system, training.agent_id, training.course_id
        order by case when training.assessed_at is null then 1 else 0 end, training.assessed_at, training.assigned_at
    ) end as attempt
from training
inner join agents
    on
        agents.source_system = training.source_system
        and agents.agent_id = training.agent_id
left join {{ ref('int_agents_employed') }} as employed
    on
        employed.source_system = training.source_system
        and employed.agent_id = training.agent_id
