{#- All that an agent's month holds, as sums. -#}
with

cells as (
    select * from {{ ref('int_agent_case_mix') }}
),

agents as (
    select * from {{ ref('dim_agents') }}
),

worked as (
    select
        month_start_date,
        source_system,
        agent_id,
        sum(owned_count) as owned_count,
        sum(handled_count) as handled_count,
        {{ exact_sum_as_double('allocated_seconds') }} as allocated_seconds,
        {{ exact_sum_as_double('expected_seconds') }} as expected_seconds,
        sum(fcr_count) as fcr_count,
        sum(fcr_resolved_count) as fcr_resolved_count,
        {{ exact_sum_as_double('fcr_expected_count') }} as fcr_expected_count
    from cells
    group by month_start_date, source_system, agent_id
),

present as (
    select
        cast({{ dbt.date_trunc('month', 'work_date') }} as date) as month_start_date,
        source_system,
        agent_id,
        count(case when participated_count > 0 then 1 end) as active_day_count,
        sum(customer_count) as customer_day_count,
        {{ exact_sum_as_double('shift_seconds - break_seconds') }} as capacity_seconds
    from {{ ref('fct_agent_days') }}
    group by cast({{ dbt.date_trunc('month', 'work_date') }} as date), source_system, agent_id
),

-- The agent is one of the tool that held the conversation, not of the tool that asked.
rated as (
    select
        cast({{ dbt.date_trunc('month', 'responses.response_date') }} as date) as month_start_date,
        conversations.source_system,
        responses.agent_id,
        count(*) as csat_count,
        count(case when responses.is_top_box then 1 end) as csat_top_box_count,
        sum(responses.score) as csat_score
    from {{ ref('int_responses_classified') }} as responses
    inner join {{ ref('fct_conversations') }} as conversations
        on conversations.conversation_id = responses.conversation_id
    where responses.is_response_counted and responses.scale = 'csat_5' and responses.agent_id is not null
    group by
        cast({{ dbt.date_trunc('month', 'responses.response_date') }} as date),
        conversations.source_system,
        responses.agent_id
),

agent_months as (
    select
        month_start_date,
        source_system,
        agent_id
    from worked
    union
    select
        month_start_date,
        source_system,
        agent_id
    from present
    union
    select
        month_start_date,
        source_system,
        agent_id
    from rated
)

select
    agent_months.month_start_date,
    agents.agent_key,
    coalesce(agents.team, 'unknown') as team,
    coalesce(present.active_day_count, 0) as active_day_count,
    coalesce(present.customer_day_count, 0) as customer_day_count,
    coalesce(present.capacity_seconds, 0) as capacity_seconds,
    coalesce(worked.owned_count, 0) as owned_count,
    coalesce(worked.handled_count, 0) as handled_count,
    coalesce(worked.allocated_seconds, 0) as allocated_seconds,
    coalesce(worked.expected_seconds, 0) as expected_seconds,
    coalesce(worked.fcr_count, 0) as fcr_count,
    coalesce(worked.fcr_resolved_count, 0) as fcr_resolved_count,
    coalesce(worked.fcr_expected_count, 0) as fcr_expected_count,
    coalesce(rated.csat_count, 0) as csat_count,
    coalesce(rated.csat_top_box_count, 0) as csat_top_box_count,
    coalesce(rated.csat_score, 0) as csat_score
from agent_months
inner join agents
    on
        agents.source_system = agent_months.source_system
        and agents.agent_id = agent_months.agent_id
left join worked
    on
        worked.month_start_date = agent_months.month_start_date
        and worked.source_system = agent_months.source_system
        and worked.agent_id = agent_months.agent_id
left join present
    on
        present.month_start_date = agent_months.month_start_date
        and present.source_system = agent_months.source_system
        and present.agent_id = agent_months.agent_id
left join rated
    on
        rated.month_start_date = agent_months.month_start_date
        and rated.source_system = agent_months.source_system
        and rated.agent_id = agent_months.agent_id
where not agents.is_bot
