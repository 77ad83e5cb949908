{#
    PostgreSQL has no statistics of a table made a moment ago, assumes that it is small, and joins row by row, which takes
    minutes where a hash join takes seconds.
#}
{% macro plan_without_nested_loops() -%}
    {{ return(adapter.dispatch('plan_without_nested_loops')()) }}
{%- endmacro %}

{% macro default__plan_without_nested_loops() -%}{%- endmacro %}

{% macro postgres__plan_without_nested_loops() -%}
    set local enable_nestloop = off
{%- endmacro %}
