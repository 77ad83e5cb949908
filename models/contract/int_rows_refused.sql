{{ config(materialized='table') }}
{#-
    Rows that are sound by themselves and refused because of another row: an older copy of the same key, or a
    message or event whose parent did not land or began later. A parent table that landed nothing refuses nobody.
-#}
{% set keys = landing_keys() -%}
{% set tables_without_load_time = ['agents', 'agent_shifts', 'agent_training'] -%}
{% set children = [
    ('ticket_messages', 'message_id', 'sent_at', 'tickets', 'ticket_id', 'created_at'),
    ('ticket_events', 'event_id', 'occurred_at', 'tickets', 'ticket_id', 'created_at'),
    ('chat_messages', 'message_id', 'sent_at', 'chats', 'chat_id', 'started_at'),
] -%}

with

{% for table_name, key in keys.items() -%}
{{ table_name }}_superseded as (
    {{ superseded_rows(table_name, key, table_name not in tables_without_load_time) }}
),

{% endfor -%}
{% for child in children -%}
{{ child[0] }}_misplaced as (
    {{ misplaced_rows(*child) }}
){{ ',' if not loop.last }}

{% endfor -%}
{% for table_name in keys -%}
select * from {{ table_name }}_superseded
union all
{% endfor -%}
{% for child in children -%}
select * from {{ child[0] }}_misplaced
where not exists (
    select 1
    from {{ child[0] }}_superseded as superseded
    where
        superseded.landed_file_name = {{ child[0] }}_misplaced.landed_file_name
        and superseded.landed_line_number = {{ child[0] }}_misplaced.landed_line_number
)
{{ 'union all' if not loop.last }}
{% endfor %}
