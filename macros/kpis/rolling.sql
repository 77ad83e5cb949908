{# A sum over so many days up to this one of a relation that holds every day; to the sixth decimal, as exact_sum. #}
{% macro rolling_sum(expression, partition, days) -%}
    cast(sum({{ rounded_decimal(expression) }}) over (
        partition by {{ partition }}
        order by date_day rows between {{ days - 1 }} preceding and current row
    ) as {{ type_double() }})
{%- endmacro %}
