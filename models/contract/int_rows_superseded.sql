{#- Rows that are sound by themselves, of a key that has a later copy. -#}
-- depends_on: {{ ref('int_rows_new') }}, whose keys alone are judged where the landing has only grown
{% set tables_without_load_time = ['agents', 'agent_shifts', 'agent_training'] -%}
{% for table_name, key in landing_keys().items() -%}
{{ superseded_rows(table_name, key, table_name not in tables_without_load_time) }}
{{ 'union all' if not loop.last }}
{% endfor %}
