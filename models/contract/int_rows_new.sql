{{ config(materialized='table') }}
{#- The new rows of tickets, chats and calls (see stg_landing__new_rows), with the key that their copies share. -#}
{% set keys = landing_keys() -%}
{% for table_name, (source_type, id_column) in contact_tables().items() -%}
select
    '{{ table_name }}' as table_name,
    '{{ source_type }}' as source_type,
    staged.source_system,
    staged.{{ id_column }} as source_conversation_id,
    staged.{{ keys[table_name][1] }} as row_key
from {{ ref('stg_landing__' ~ table_name) }} as staged
inner join {{ ref('stg_landing__new_rows') }} as new_places
    on
        new_places.table_name = '{{ table_name }}'
        and new_places.landed_file_name = staged.landed_file_name
        and new_places.landed_line_number = staged.landed_line_number
{{ 'union all' if not loop.last }}
{% endfor %}
