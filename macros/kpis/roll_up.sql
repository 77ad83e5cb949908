{#
    The one generic step from a KPI family to its published slices. A family's measures are the columns that its
    YAML describes besides the dimensions, so that a measure without a description cannot be published.
#}
{% macro measures_of(family) -%}
    {% set dimensions = ['conversation_id', 'kpi_date', 'grain', 'period_start', 'slice', 'channel', 'topic', 'team', 'responder'] %}
    {% set columns = graph.nodes['model.' ~ project_name ~ '.' ~ family].columns if execute else [] %}
    {{ return(columns | reject('in', dimensions) | list) }}
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

{# The dimensions of a slice in one text: NULL means "not cut by", and NULLs do not join. #}
{% macro slice_key(relation) -%}
    concat_ws(
        '|', {{ relation }}.grain, cast({{ relation }}.period_start as {{ dbt.type_string() }}), {{ relation }}.slice,
        {{ relation }}.channel, {{ relation }}.topic, {{ relation }}.team, {{ relation }}.responder
    )
{%- endmacro %}
