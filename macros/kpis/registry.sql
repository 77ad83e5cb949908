{# The registry's rows, as the seed stands in the warehouse; before it is loaded, one without a name. #}
{% macro kpi_registry() -%}
    {% set kpis = [] %}
    {% if execute %}
        {% set registry = ref('kpi_registry') %}
        {% if adapter.get_relation(registry.database, registry.schema, registry.identifier) %}
            {% set rows = run_query(
                'select kpi_id, numerator, denominator, numerator_squared, pending, excluded from ' ~ registry
            ) %}
            {% for row in rows %}
                {% do kpis.append(row) %}
            {% endfor %}
        {% endif %}
    {% endif %}
    {{ return(kpis or [['', none, none, none, none, none]]) }}
{%- endmacro %}

{#
    One row per slice and KPI out of one row per slice: for each KPI the five measures that its registry row names.
    A name that no family measures fails here, by the column's name.
#}
{% macro pair_measures(relation, kpis) -%}
    {{ return(adapter.dispatch('pair_measures')(relation, kpis)) }}
{%- endmacro %}

{% macro measure_or_null(measure) -%}
    cast({{ measure or 'null' }} as {{ type_double() }})
{%- endmacro %}

{% macro default__pair_measures(relation, kpis) -%}
    select
        slices.grain,
        slices.period_start,
        slices.slice,
        slices.channel,
        slices.topic,
        slices.team,
        slices.responder,
        paired.*
    from {{ relation }} as slices
    cross join lateral (
        values
        {%- for kpi in kpis %}
        ('{{ kpi[0] }}'{% for position in range(1, 6) %}, {{ measure_or_null(kpi[position]) }}{% endfor %})
        {{- ',' if not loop.last }}
        {%- endfor %}
    ) as paired (kpi_id, numerator, n, numerator_squared, n_pending, n_excluded)
{%- endmacro %}

{# Looking up a place in five lists takes DuckDB a third of the time of unnesting them. #}
{% macro duckdb__pair_measures(relation, kpis) -%}
    {%- set roles = {'numerator': 1, 'n': 2, 'numerator_squared': 3, 'n_pending': 4, 'n_excluded': 5} -%}
    select
        slices.grain,
        slices.period_start,
        slices.slice,
        slices.channel,
        slices.topic,
        slices.team,
        slices.responder,
        places.kpi_id
        {%- for role in roles %},
        slices.{{ role }}_by_place[places.place] as {{ role }}
        {%- endfor %}
    from (
        select
            *
            {%- for role, position in roles.items() %},
            [
                {%- for kpi in kpis %}{{ measure_or_null(kpi[position]) }}{{ ', ' if not loop.last }}{% endfor -%}
            ] as {{ role }}_by_place
            {%- endfor %}
        {#- A scan of so few rows is one core's work. #}
        from (
            {%- for grain in grains() %}
            select * from {{ relation }} where grain = '{{ grain }}'
            {{ 'union all' if not loop.last }}
            {%- endfor %}
        )
    ) as slices
    cross join (
        values
        {%- for kpi in kpis %}
        ({{ loop.index }}, '{{ kpi[0] }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as places (place, kpi_id)
{%- endmacro %}

{% macro spark__pair_measures(relation, kpis) -%}
    select
        grain,
        period_start,
        slice,
        channel,
        topic,
        team,
        responder,
        stack(
            {{ kpis | length }}
            {%- for kpi in kpis %},
            '{{ kpi[0] }}'{% for position in range(1, 6) %}, {{ measure_or_null(kpi[position]) }}{% endfor %}
            {%- endfor %}
        ) as (kpi_id, numerator, n, numerator_squared, n_pending, n_excluded)
    from {{ relation }}
{%- endmacro %}
