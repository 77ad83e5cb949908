{# The period that is compared with the one that begins at period_start: the next one, or the same of the next year. #}
{% macro comparing_period(grain, compared_with, period_start) -%}
    cast(case
        when {{ grain }} = 'week' and {{ compared_with }} = 'year_before' then {{ dbt.dateadd('day', 364, period_start) }}
        when {{ grain }} = 'week' then {{ dbt.dateadd('day', 7, period_start) }}
        when {{ compared_with }} = 'year_before' then {{ dbt.dateadd('month', 12, period_start) }}
        when {{ grain }} = 'quarter' then {{ dbt.dateadd('month', 3, period_start) }}
        else {{ dbt.dateadd('month', 1, period_start) }}
    end as date)
{%- endmacro %}
