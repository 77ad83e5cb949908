{#- Rows that are sound by themselves, of a key that has a later copy. -#}
{% set tables_without_load_time = ['agents', 'agent_shifts', 'agent_training'] -%}
{% for table_name, key in landing_keys().items() -%}
{{ superseded_rows(table_name, key, table_name not in tables_without_load_time) }}
{{ 'union all' if not loop.last }}
{% endfor %}
