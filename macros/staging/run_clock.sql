{# When the run began, in UTC: the runner's var, else dbt's own start. Bounds the default cut-off, nothing else. #}
{% macro run_clock() -%}
    {{ (var('run_started_at') or run_started_at.strftime('%Y-%m-%d %H:%M:%S')) | replace('T', ' ') | replace('Z', '') }}
{%- endmacro %}
