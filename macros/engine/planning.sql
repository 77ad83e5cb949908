{#
    DuckDB's planner follows the statistics of every column through every join: minutes for hundreds of columns and a
    dozen joins, where the query itself takes seconds. So it does without them while such a model is built.
#}
{% macro plan_without_statistics(is_on) -%}
    {{ return(adapter.dispatch('plan_without_statistics')(is_on)) }}
{%- endmacro %}

{% macro default__plan_without_statistics(is_on) -%}{%- endmacro %}

{% macro duckdb__plan_without_statistics(is_on) -%}
    set disabled_optimizers = '{{ 'statistics_propagation' if is_on }}'
{%- endmacro %}

{# PostgreSQL takes tables made a moment ago for small and joins them row by row: minutes for what hashing does in seconds. #}
{% macro plan_without_nested_loops() -%}
    {{ return(adapter.dispatch('plan_without_nested_loops')()) }}
{%- endmacro %}

{% macro default__plan_without_nested_loops() -%}{%- endmacro %}

{% macro postgres__plan_without_nested_loops() -%}
    set local enable_nestloop = off
{%- endmacro %}
