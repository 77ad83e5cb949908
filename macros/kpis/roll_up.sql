{#
    The one generic step from a KPI family to its published slices. A family's measures are the columns that its
    YAML describes besides the dimensions, so that a measure without a description cannot be published.
#}
{% macro measures_of(family) -%}
    {% set dimensions = ['kpi_date', 'grain', 'period_start', 'slice', 'channel', 'topic', 'team', 'responder'] %}
    {% set measures = [] %}
    {% set nodes = graph.nodes.values() if execute else [] %}
    {% for node in nodes if node.resource_type == 'model' and node.name == family %}
        {% for column in node.columns if column not in dimensions %}
            {% do measures.append(column) %}
        {% endfor %}
    {% endfor %}
    {{ return(measures) }}
{%- endmacro %}

{# Which of the slices a row of grouping sets belongs to. #}
{% macro slice_name(by_topic=true) -%}
    case
        {% if by_topic -%}
        when grouping(channel) = 0 and grouping(topic) = 0 then 'channel+topic'
        when grouping(topic) = 0 then 'topic'
        {% endif -%}
        when grouping(channel) = 0 then 'channel'
        when grouping(team) = 0 then 'team'
        when grouping(responder) = 0 then 'responder'
        else 'all'
    end
{%- endmacro %}

{# A family's additive measures per grain, period and slice: days for four slices, weeks and months for all six. #}
{% macro roll_up(family) -%}
    {% set measures = measures_of(family) -%}
    select
        periods.grain,
        periods.period_start,
        days.slice,
        days.channel,
        days.topic,
        days.team,
        days.responder
        {%- for measure in measures %},
        sum(days.{{ measure }}) as {{ measure }}
        {%- endfor %}
    from (
        select
            kpi_date,
            {{ slice_name() }} as slice,
            channel,
            topic,
            team,
            responder
            {%- for measure in measures %},
            sum({{ measure }}) as {{ measure }}
            {%- endfor %}
        from {{ ref(family) }}
        group by grouping sets (
            (kpi_date),
            (kpi_date, channel),
            (kpi_date, topic),
            (kpi_date, channel, topic),
            (kpi_date, team),
            (kpi_date, responder)
        )
    ) as days
    inner join {{ ref('int_periods') }} as periods
        on
            periods.date_day = days.kpi_date
            and (periods.grain <> 'day' or days.slice in ('all', 'channel', 'team', 'responder'))
    group by
        1,
        2,
        3,
        4,
        5,
        6,
        7
{%- endmacro %}

{# One row per measure instead of one column; measures that are NULL are left out. #}
{% macro unpivot_measures(relation, measures) -%}
    {{ return(adapter.dispatch('unpivot_measures')(relation, measures)) }}
{%- endmacro %}

{% macro default__unpivot_measures(relation, measures) -%}
    select
        grain,
        period_start,
        slice,
        channel,
        topic,
        team,
        responder,
        unpivoted.measure,
        unpivoted.measure_value
    from {{ relation }}
    cross join lateral (
        values
        {%- for measure in measures or ['none'] %}
        ('{{ measure }}', cast({{ measure if measures else 'null' }} as {{ type_double() }})){{ ',' if not loop.last }}
        {%- endfor %}
    ) as unpivoted (measure, measure_value)
    where unpivoted.measure_value is not null
{%- endmacro %}

{% macro duckdb__unpivot_measures(relation, measures) -%}
    select
        grain,
        period_start,
        slice,
        channel,
        topic,
        team,
        responder,
        unnest([{% for measure in measures %}'{{ measure }}'{{ ', ' if not loop.last }}{% endfor %}]) as measure,
        unnest([
            {%- for measure in measures %}cast({{ measure }} as double){{ ', ' if not loop.last }}{% endfor -%}
        ]) as measure_value
    from {{ relation }}
{%- endmacro %}

{% macro spark__unpivot_measures(relation, measures) -%}
    select
        grain,
        period_start,
        slice,
        channel,
        topic,
        team,
        responder,
        stack(
            {{ measures | length }}
            {%- for measure in measures %}, '{{ measure }}', cast({{ measure }} as double){% endfor %}
        ) as (measure, measure_value)
    from {{ relation }}
{%- endmacro %}
