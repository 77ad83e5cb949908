{#- Every measure of every family per grain, period and slice: what the registry pairs into KPIs. -#}
{% set families = [
    'kpi_resolution', 'kpi_issues', 'kpi_response_times', 'kpi_effort_and_cost', 'kpi_experience',
    'kpi_survey_invitations',
] -%}
with

{% for family in families -%}
{{ family }}_rolled_up as (
    {{ roll_up(family) }}
),

{% endfor -%}
measures as (
    {% for family in families -%}
    {{ unpivot_measures(family ~ '_rolled_up', measures_of(family)) }}
    union all
    {% endfor -%}
    {{ unpivot_measures(ref('kpi_percentiles'), measures_of('kpi_percentiles')) }}
)

select *
from measures
where measure_value is not null
