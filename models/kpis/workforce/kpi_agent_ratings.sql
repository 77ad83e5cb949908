{#- How customers rate the people who served them. Anchor: day of the response. -#}
with

responses as (
    select
        *,
        is_response_counted and agent_id is not null and coalesce(scale = 'csat_5', false) as is_agent_rated
    from {{ ref('int_responses_classified') }}
    where is_answered and question = 'csat'
)

select
    response_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_agent_rated then 1 end) as agent_csat_responses,
    sum(case when is_agent_rated then score end) as agent_csat_score,
    sum(case when is_agent_rated then score * score end) as agent_csat_score_squared,
    count(case when not is_agent_rated then 1 end) as agent_csat_excluded
from responses
group by 1, 2, 3, 4, 5, 6
