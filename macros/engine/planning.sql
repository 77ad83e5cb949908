{# PostgreSQL takes tables made a moment ago for small and joins them row by row: minutes for what hashing does in seconds. #}
{% macro plan_without_nested_loops() -%}
    {{ return(adapter.dispatch('plan_without_nested_loops')()) }}
{%- endmacro %}

{% macro default__plan_without_nested_loops() -%}{%- endmacro %}

{% macro postgres__plan_without_nested_loops() -%}
    set local enable_nestloop = off
{%- endmacro %}
