{{ config(materialized='table') }}
{#-
    Rows of tickets, chats and calls that came since the run before, or told then of a time that had not come: by what
    landed, for of a value that is broken the staged row does not tell.
-#}
{% set instants = landing_instants() -%}
with

new_files as (
    select * from {{ source('loads', 'new_files') }}
),

cutoff_before as (
    select as_of_before
    from {{ ref('stg_landing__as_of') }}
    where as_of_before is not null
)

{% for table_name in contact_tables() -%}
select
    '{{ table_name }}' as table_name,
    landed.landed_file_name,
    landed.landed_line_number
from {{ source('landing', table_name) }} as landed
inner join new_files
    on
        new_files.table_name = '{{ table_name }}'
        and new_files.landed_file_name = landed.landed_file_name

union

select
    '{{ table_name }}' as table_name,
    landed.landed_file_name,
    landed.landed_line_number
from {{ source('landing', table_name) }} as landed
inner join cutoff_before
    on
        {% for instant in instants[table_name] -%}
        landed.{{ instant }} > cutoff_before.as_of_before{{ ' or' if not loop.last }}
        {% endfor %}

{{ 'union' if not loop.last }}

{% endfor %}
