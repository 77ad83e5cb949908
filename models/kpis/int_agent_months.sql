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
    group by
        month_start_date,
        source_system,
        agent_id
),

present as (
    select
        cast({{ dbt.date_trunc('month', 'work_date') }} as date) as month_start_date,
        source_system,
        agent_id,
        {{ count_if('participated_count > 0') }} as active_day_count,
        sum(customer_count) as customer_day_count,
        {{ exact_sum_as_double('shift_seconds - break_seconds') }} as capacity_seconds
    from {{ ref('fct_agent_days') }}
    group by
        cast({{ dbt.date_trunc('month', 'work_date') }} as date),
        source_system,
        agent_id
),

-- The agent is one of the tool that held the conversation, not of the tool that asked.
rated as (
    select
        cast({{ dbt.date_trunc('month', 'responses.response_date') }} as date) as month_start_date,
        conversations.source_system,
        responses.agent_id,
        count(*) as csat_count,
        {{ count_if('responses.is_csat_5_top_box') }} as csat_top_box_count,
        sum(responses.score) as csat_score
    from {{ ref('int_responses_classified') }} as responses
    inner join {{ ref('fct_conversations') }} as conversations
        on conversations.conversation_id = responses.conversation_id
    where responses.is_response_counted and responses.is_csat_5_scale and responses.agent_id is not null
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
    {% for relation, measures in {
        'present': ['active_day_count', 'customer_day_count', 'capacity_seconds'],
        'worked': [
            'owned_count', 'handled_count', 'allocated_seconds', 'expected_seconds', 'fcr_count', 'fcr_resolved_count',
            'fcr_expected_count',
        ],
        'rated': ['csat_count', 'csat_top_box_count', 'csat_score'],
    }.items() -%}
    {% set outer_last = loop.last -%}
    {% for measure in measures -%}
    coalesce({{ relation }}.{{ measure }}, 0) as {{ measure }}{{ ',' if not (loop.last and outer_last) }}
    {% endfor -%}
    {% endfor %}
from agent_months
inner join agents
    on
        agents.source_system = agent_months.source_system
        and agents.agent_id = agent_months.agent_id
{% for relation in ['worked', 'present', 'rated'] -%}
left join {{ relation }}
    on
        {{ relation }}.month_start_date = agent_months.month_start_date
        and {{ relation }}.source_system = agent_months.source_system
        and {{ relation }}.agent_id = agent_months.agent_id
{% endfor -%}
where not agents.is_bot
