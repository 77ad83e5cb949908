{#- A name that the registry does not know would be skipped in silence, in a scorecard with its weight. -#}
{% set namings = {
    'kpi_targets': 'kpi_id', 'kpi_benchmarks': 'kpi_id', 'scorecard_weights': 'kpi_id', 'alert_rules': 'kpi_id',
    'kpi_companions': 'kpi_id', 'kpi_companions ': 'companion_kpi_id',
} -%}
with

named as (
    {% for seed, column in namings.items() -%}
    select
        '{{ seed | trim }}' as seed,
        {{ column }} as kpi_id
    from {{ ref(seed | trim) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select distinct
    named.seed,
    named.kpi_id
from named
left join {{ ref('kpi_registry') }} as registry on registry.kpi_id = named.kpi_id
where named.kpi_id is not null and registry.kpi_id is null
