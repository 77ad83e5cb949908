{#
    Percentiles at each grain and slice of the columns of seconds of `durations`, a model with kpi_date and the dimensions:
    <duration>_median, <duration>_p90 and <duration>_maximum, those of them that are named in `columns`.

    All values of all groups of a statement are held in memory until it ends. So a table of percentiles is made by several, one
    after the other: the first by the model, the others by its post-hook, which adds some periods of one grain each.
#}
{% macro percentiles_by_slice(durations, columns) -%}
    {% for grain, part, parts in percentile_statements(durations)[0] -%}
    {{ percentiles_of_periods(durations, columns, grain, part, parts) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
{%- endmacro %}

{#
    Of each statement the grains, parts of periods, and how many parts there are: one statement of all grains where the rows are
    few, and where nobody can count them yet.
#}
{% macro percentile_statements(durations) -%}
    {%- set is_there = execute and load_relation(durations) -%}
    {%- set row_count = run_query('select count(*) as row_count from ' ~ durations).rows[0][0] if is_there else 0 -%}
    {%- set grain_count = grains() | length -%}
    {%- set parts = (row_count / var('percentile_rows')) | round(0, 'ceil') | int -%}
    {%- set statements = [] -%}
    {%- for grain in grains() -%}
    {%- for part in range([parts, 1] | max) -%}
    {%- do statements.append([(grain, part, parts)]) -%}
    {%- endfor -%}
    {%- endfor -%}
    {{ return([statements | sum(start=[])] if row_count * grain_count <= var('percentile_rows') else statements) }}
{%- endmacro %}

{# For a post-hook: adds what the model's own statement leaves out. #}
{% macro add_other_percentiles(durations) -%}
    {%- if execute -%}
    {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
    {%- for statement in percentile_statements(durations)[1:] -%}
    {%- do run_query('insert into ' ~ this ~ ' ' ~ percentiles_of_periods(durations, columns[8:], *statement[0])) -%}
    {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{# Parts are months in their turn, of quarters the quarters. #}
{% macro percentiles_of_periods(durations, columns, grain, part, parts) -%}
    {%- set start = 'days.' ~ grains()[grain] -%}
    select
        '{{ grain }}' as grain,
        {{ start }} as period_start,
        {{ slice_name(['channel', 'team', 'responder'] + ([] if grain == 'day' else ['topic', 'bot'])) }} as slice,
        channel,
        {{ 'topic' if grain != 'day' else 'cast(null as ' ~ dbt.type_string() ~ ') as topic' }},
        team,
        responder,
        {{ 'bot' if grain != 'day' else 'cast(null as ' ~ dbt.type_string() ~ ') as bot' }}
        {%- for column in columns %},
        {{ quantile(*column.rsplit('_', 1)) }} as {{ column }}
        {%- endfor %}
    from {{ durations }} as durations
    inner join {{ ref('dim_dates') }} as days on days.date_day = durations.kpi_date and days.is_reported
    {% if parts > 1 -%}
    where
        mod(
            cast(extract(year from {{ start }}) * {{ 4 if grain == 'quarter' else 12 }}
                + extract({{ 'quarter' if grain == 'quarter' else 'month' }} from {{ start }}) as integer),
            {{ parts }}
        ) = {{ part }}
    {% endif -%}
    group by grouping sets (
        ({{ start }}),
        ({{ start }}, channel),
        {% if grain != 'day' -%}
        ({{ start }}, topic),
        ({{ start }}, channel, topic),
        ({{ start }}, bot),
        {% endif -%}
        ({{ start }}, team),
        ({{ start }}, responder)
    )
{%- endmacro %}

{# A family's slices with the percentiles of the same slices beside its sums. #}
{% macro with_percentiles(slices, measures, percentiles, kpis) -%}
    select
        slices.*
        {%- for kpi in kpis if kpi['numerator'] not in measures %},
        percentiles.{{ kpi['numerator'] }}
        {%- endfor %}
    from (
        {{ slices }}
    ) as slices
    left join {{ percentiles }} as percentiles
        on
            percentiles.grain = slices.grain
            and percentiles.period_start = slices.period_start
            and percentiles.slice = slices.slice
            {%- for dimension in ['channel', 'topic', 'team', 'responder', 'bot'] %}
            and coalesce(percentiles.{{ dimension }}, '') = coalesce(slices.{{ dimension }}, '')
            {%- endfor %}
{%- endmacro %}
