{{ config(materialized='table') }}
{#-
    Tickets, chats and calls of which a row is new, or whose row had lain in the future until now, or lost to a new copy of
    the same key, and tickets that read another's topic or reply. Empty unless the landing has only grown.
-#}
{% set objects = contact_tables() -%}
{% set keys = landing_keys() -%}
with

rows_concerned as (
    select
        source_type,
        source_system,
        source_conversation_id
    from {{ ref('int_rows_new') }}

    {% for table_name, (source_type, id_column) in objects.items() if keys[table_name][1] != id_column -%}
    union all

    select
        '{{ source_type }}' as source_type,
        landed.source_system,
        landed.{{ id_column }} as source_conversation_id
    from {{ ref('stg_landing__' ~ table_name) }} as landed
    where {{ has_new_copy("'" ~ table_name ~ "'", 'landed', keys[table_name][1]) }}
    {% endfor %}
),

related as (
    {% for link in ['merged_into_ticket_id', 'follow_up_of_ticket_id'] -%}
    select
        'ticket' as source_type,
        landed.source_system,
        landed.ticket_id as source_conversation_id
    from {{ ref('stg_landing__tickets') }} as landed
    where
        landed.{{ link }} is not null
        and exists (
            select 1
            from rows_concerned
            where
                rows_concerned.source_type = 'ticket'
                and rows_concerned.source_system = landed.source_system
                and rows_concerned.source_conversation_id = landed.{{ link }}
        )
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

concerned as (
    select * from rows_concerned
    union
    select * from related
)

select
    source_type,
    source_system,
    source_conversation_id,
    -- A chat's and a call's only conversation, a ticket's first.
    {{ conversation_key('source_type', 'source_system', 'source_conversation_id', '1') }} as conversation_id
from concerned
where source_conversation_id is not null and {{ landing_has_grown() }}
