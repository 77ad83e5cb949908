{# In a run of the runner, what is published is built in the file that will be published; elsewhere in the one database. #}
{% macro generate_database_name(custom_database_name=none, node=none) -%}
    {%- set is_published = node.config.schema in ['core', 'marts', 'quality'] -%}
    {%- if target.name != 'service_kpis_run' -%}
        {{ custom_database_name or target.database }}
    {%- else -%}
        {{ 'published' if is_published else 'private' }}
    {%- endif -%}
{%- endmacro %}
