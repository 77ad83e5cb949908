-- sqlfluff:dialect:postgres
{# Every family's measures side by side, per grain, period and slice: what the registry pairs into KPIs. -#}
{% set families = kpi_families() -%}
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
    select * from {{ ref(family) }} as slices
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
