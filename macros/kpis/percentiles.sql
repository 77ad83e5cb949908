{#
    Percentiles at each grain and slice of the columns of seconds of `durations`, a model with kpi_date and the dimensions:
    <duration>_median, <duration>_p90 and <duration>_maximum, those of them that are named in `columns`.

    All values of all groups are held in memory. So they are worked out in parts, one after the other, each with the periods
    that begin in some months.
#}
{% macro percentiles_by_slice(durations, columns) -%}
    {%- set days = ref('dim_dates') -%}
    {% for grain, start in grains().items() -%}
    {% set outer_last = loop.last -%}
    {% for part in range(var('percentile_parts')) -%}
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
    inner join {{ days }} as days on days.date_day = durations.kpi_date and days.is_reported
    where mod(cast(extract(month from {{ start }}) as integer), {{ var('percentile_parts') }}) = {{ part }}
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
    {{ 'union all' if not (loop.last and outer_last) }}
    {% endfor -%}
    {% endfor -%}
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
