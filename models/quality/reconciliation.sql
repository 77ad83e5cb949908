with

-- Lines are counted in the files, apart from any parser; a table that another tool loaded has only its own count. What the
-- staging of a vendor makes of its tables has landed in these: it is counted where it is made.
in_files as (
    select
        table_name,
        sum(landed_row_count) as landed_rows
    from {{ source('loads', 'landed_files') }}
    group by table_name
),

in_tables as (
    {% for table_name in landing_keys() -%}
    select
        '{{ table_name }}' as table_name,
        (select count(*) from {{ source('landing', table_name) }}) as landed_rows,
        0
        {%- for vendor in vendors() if table_name in tables_of_vendors() %}
        + (select count(*) from {{ ref('stg_' ~ vendor ~ '__' ~ table_name) }})
        {%- endfor %} as made_rows,
        count(*) as accepted_rows
    from {{ ref('int_' ~ table_name ~ '_judged') }}
    where row_defect is null
    {{ 'union all' if not loop.last }}
    {% endfor %}

    {% for table in tables_of_sources(vendors()) -%}
    union all

    select
        '{{ table.source_name }}.{{ table.name }}' as table_name,
        count(*) as landed_rows,
        0 as made_rows,
        count(*) as accepted_rows
    from {{ table.relation_name }}
    {% endfor %}
),

rejected as (
    select
        table_name,
        count(*) as rejected_rows
    from {{ ref('rejects') }}
    where severity = 'row'
    group by table_name
)

select
    '{{ run_name() }}' as run_id,
    in_tables.table_name,
    cast(coalesce(in_files.landed_rows, in_tables.landed_rows) + in_tables.made_rows as bigint) as landed_rows,
    in_tables.accepted_rows,
    coalesce(rejected.rejected_rows, 0) as rejected_rows
from in_tables
left join in_files on in_files.table_name = in_tables.table_name
left join rejected on rejected.table_name = in_tables.table_name
