-- sqlfluff:dialect:postgres
{{ config(pre_hook="{{ plan_without_statistics(true) }}", post_hook="{{ plan_without_statistics(false) }}") }}
{# Every family's measures side by side, per grain, period and slice: what the registry pairs into KPIs. -#}
{% set families = [
    'kpi_resolution', 'kpi_issues', 'kpi_response_times', 'kpi_effort_and_cost', 'kpi_experience',
    'kpi_survey_invitations', 'kpi_survey_coverage', 'kpi_loyalty', 'kpi_cost_pools', 'kpi_agent_turnover',
    'kpi_tickets', 'kpi_due_tickets', 'kpi_backlog', 'kpi_repeats', 'kpi_automation_value',
    'kpi_bots', 'kpi_dialogues', 'kpi_turns', 'kpi_handovers', 'kpi_routing', 'kpi_self_service',
    'kpi_access', 'kpi_handle_time', 'kpi_resolution_times', 'kpi_workforce', 'kpi_chat_capacity', 'kpi_agent_ratings',
] -%}
{# Not additive over days: these are made at each grain and slice already. #}
{% set made_whole = ['kpi_percentiles', 'kpi_dialogue_percentiles', 'kpi_training'] -%}
with

{% for family in families -%}
{{ family }}_rolled_up as (
    {{ roll_up(family) }}
),

{% endfor -%}
{% for family in made_whole -%}
{{ family }}_rolled_up as (
    select * from {{ ref(family) }}
),

{% endfor -%}
slices as (
    {% for family in families + made_whole -%}
    select
        grain,
        period_start,
        slice,
        channel,
        topic,
        team,
        responder
    from {{ family }}_rolled_up
    {{ 'union' if not loop.last }}
    {% endfor %}
)

select
    slices.*
    {%- for family in families + made_whole %}
    {%- for measure in measures_of(family) %},
    {{ family }}_rolled_up.{{ measure }}
    {%- endfor %}
    {%- endfor %}
from slices
{% for family in families + made_whole -%}
left join {{ family }}_rolled_up on {{ slice_key(family ~ '_rolled_up') }} = {{ slice_key('slices') }}
{% endfor %}
