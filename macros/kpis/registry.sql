{#
    The registry's rows of one family, as the seed stands in the warehouse; none before it is loaded. A KPI's measures are
    columns of its family's model; a percentile is one of the model of percentiles.
#}
{% macro kpis_of(family) -%}
    {%- set registry = ref('kpi_registry') -%}
    {%- if execute and adapter.get_relation(registry.database, registry.schema, registry.identifier) -%}
        {%- set query -%}
            select
                kpi_id, statistic, numerator, denominator, numerator_squared,
                coalesce(observations, denominator) as n, pending as n_pending, excluded as n_excluded, is_steered_daily
            from {{ registry }}
            where 'kpi_' || family = '{{ family }}'
            order by kpi_id
        {%- endset -%}
        {{ return(run_query(query).rows) }}
    {%- endif -%}
    {{ return([]) }}
{%- endmacro %}

{# What a KPI's row holds, by the registry's column that names the measure. #}
{% macro kpi_roles() -%}
    {{ return(['numerator', 'denominator', 'numerator_squared', 'n', 'n_pending', 'n_excluded']) }}
{%- endmacro %}

{# One row per KPI of a family, grain, period and slice that holds anybody, the whole also where it holds none. #}
{% macro sums_of_kpis(family, percentiles=none, is_made_by_period=false) -%}
    {%- set cells, quantiles, kpis = ref(family), ref(percentiles) if percentiles, kpis_of(family) -%}
    {%- set measures, of_kpis, is_steered_daily = [], [], kpis | selectattr('is_steered_daily') | list | length > 0 -%}
    {%- for kpi in kpis -%}
        {%- set pairs = {'kpi_id': kpi['kpi_id']} -%}
        {%- for role in kpi_roles() -%}
            {%- do pairs.update({role: kpi[role]}) -%}
            {%- if kpi[role] and kpi[role] not in measures and not (role == 'numerator' and kpi['statistic'] == 'percentile') -%}
                {%- do measures.append(kpi[role]) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do of_kpis.append(pairs) -%}
    {%- endfor -%}
    select *
    from (
        {%- set slices -%}
        (
            {%- if is_made_by_period %}
            select * from {{ cells }}
            {%- elif percentiles %}
            {{ with_percentiles(roll_up(cells, measures, is_steered_daily), measures, quantiles, of_kpis) }}
            {%- else %}
            {{ roll_up(cells, measures, is_steered_daily) }}
            {%- endif %}
        )
        {%- endset %}
        {{ pair_measures(slices, of_kpis) }}
    ) as {{ family }}_paired
    where slice = 'all' or n > 0 or n_pending > 0 or denominator <> 0
{%- endmacro %}

{#
    One row per slice and KPI out of one row per slice: for each KPI the measures that play its roles.
    A name that no family measures fails here, by the column's name.
#}
{% macro pair_measures(relation, kpis) -%}
    {{ return(adapter.dispatch('pair_measures')(relation, kpis or [{'kpi_id': ''}])) }}
{%- endmacro %}

{% macro measure_or_null(measure) -%}
    cast({{ measure or 'null' }} as {{ type_double() }})
{%- endmacro %}

{% macro slice_columns() -%}
    grain, period_start, slice, channel, topic, team, responder, bot
{%- endmacro %}

{% macro default__pair_measures(relation, kpis) -%}
    select
        {{ slice_columns() }},
        paired.*
    from {{ relation }} as slices
    cross join lateral (
        values
        {%- for kpi in kpis %}
        ('{{ kpi.kpi_id }}'{% for role in kpi_roles() %}, {{ measure_or_null(kpi[role]) }}{% endfor %})
        {{- ',' if not loop.last }}
        {%- endfor %}
    ) as paired (kpi_id, {{ kpi_roles() | join(', ') }})
{%- endmacro %}

{# Looking up a place in a list per role takes DuckDB a third of the time of unnesting them. #}
{% macro duckdb__pair_measures(relation, kpis) -%}
    select
        {{ slice_columns() }},
        places.kpi_id
        {%- for role in kpi_roles() %},
        slices.{{ role }}_by_place[places.place] as {{ role }}
        {%- endfor %}
    from (
        select
            *
            {%- for role in kpi_roles() %},
            [
                {%- for kpi in kpis %}{{ measure_or_null(kpi[role]) }}{{ ', ' if not loop.last }}{% endfor -%}
            ] as {{ role }}_by_place
            {%- endfor %}
        from {{ relation }} as rolled_up
    ) as slices
    cross join (
        values
        {%- for kpi in kpis %}
        ({{ loop.index }}, '{{ kpi.kpi_id }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as places (place, kpi_id)
{%- endmacro %}

{% macro spark__pair_measures(relation, kpis) -%}
    select
        {{ slice_columns() }},
        stack(
            {{ kpis | length }}
            {%- for kpi in kpis %},
            '{{ kpi.kpi_id }}'{% for role in kpi_roles() %}, {{ measure_or_null(kpi[role]) }}{% endfor %}
            {%- endfor %}
        ) as (kpi_id, {{ kpi_roles() | join(', ') }})
    from {{ relation }} as rolled_up
{%- endmacro %}
