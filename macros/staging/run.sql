{#
    What names a run in the quality tables, and when it began, in UTC. The runner says both in the environment, which is
    asked only when SQL is run: what is asked before makes dbt read the models anew in each run. Without a runner they
    are dbt's own.
#}
{% macro run_name() -%}
    {{ env_var('SERVICE_KPIS_RUN_ID', 'manual') if execute }}
{%- endmacro %}

{# Bounds the default cut-off, nothing else. #}
{% macro run_clock() -%}
    {{ env_var('SERVICE_KPIS_RUN_STARTED_AT', run_started_at.strftime('%Y-%m-%d %H:%M:%S')) if execute }}
{%- endmacro %}
