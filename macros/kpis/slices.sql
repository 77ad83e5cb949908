{# The columns by which every KPI family is cut; NULL becomes unknown, since a slice's NULL means "not cut by". #}
{% macro kpi_dimensions() -%}
    coalesce(channel, 'unknown') as channel,
    coalesce(topic, 'unknown') as topic,
    coalesce(team, 'unknown') as team,
    coalesce(responder, 'unknown') as responder,
    coalesce(bot_id, 'unknown') as bot
{%- endmacro %}

{# How many rows hold a condition. #}
{% macro count_if(condition) -%}
    count(case when {{ condition }} then 1 end)
{%- endmacro %}

{# Sum over sum, NULL where there is nothing to divide by. #}
{% macro rate(numerator, denominator) -%}
    cast({{ numerator }} as {{ type_double() }}) / nullif({{ denominator }}, 0)
{%- endmacro %}

{# A KPI's value from its sums; a percentile is one already. #}
{% macro kpi_value() -%}
    case
        when no_value_reason is not null then null
        when statistic = 'percentile' then numerator
        else scale * numerator / nullif(denominator, 0)
    end
{%- endmacro %}

{# Which agent has a part in which figures, of which kind, on which day and in which team: a row of int_agent_groups. #}
{% macro agents_part(agents_counted, kind, part_date, team, agent) -%}
    '{{ agents_counted }}' as agents_counted,
    cast({{ kind }} as {{ dbt.type_string() }}) as kind,
    {{ part_date }} as part_date,
    {{ team }} as team,
    {{ agent }} as agent
{%- endmacro %}
