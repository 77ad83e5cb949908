{# The grains that a KPI is valued at. #}
{% macro grains() -%}
    {{ return(['day', 'week', 'month']) }}
{%- endmacro %}

{# What a week or month is compared with, and how far that lies back. #}
{% macro comparisons() -%}
    {{ return({
        'period_before': {'week': ('day', 7), 'month': ('month', 1)},
        'year_before': {'week': ('day', 364), 'month': ('month', 12)},
    }) }}
{%- endmacro %}

{# The period that a row's own is compared with, from the earlier one's side. #}
{% macro compared_period(comparison) -%}
    cast(case grain
        {%- for grain, (part, count) in comparisons()[comparison].items() %}
        when '{{ grain }}' then {{ dbt.dateadd(part, count, 'period_start') }}
        {%- endfor %}
    end as date)
{%- endmacro %}
