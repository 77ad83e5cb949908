with

{% for table_name in landing_keys() -%}
{{ table_name }}_counted as (
    select
        '{{ table_name }}' as table_name,
        (
            select sum(landed_row_count)
            from {{ source('loads', 'landed_files') }}
            where table_name = '{{ table_name }}'
        ) as landed_in_files,
        (select count(*) from {{ source('landing', table_name) }}) as landed_in_table,
        (select count(*) from {{ ref('int_' ~ table_name ~ '_accepted') }}) as accepted_rows,
        (
            select count(*)
            from {{ ref('rejects') }}
            where table_name = '{{ table_name }}' and severity = 'row'
        ) as rejected_rows
),

{% endfor -%}
counted as (
    {% for table_name in landing_keys() -%}
    select * from {{ table_name }}_counted
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

-- Lines are counted in the files, apart from any parser; a table that another tool loaded has only its own count.
select
    '{{ run_name() }}' as run_id,
    table_name,
    cast(coalesce(landed_in_files, landed_in_table) as bigint) as landed_rows,
    accepted_rows,
    rejected_rows
from counted
