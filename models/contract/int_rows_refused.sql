{#- Rows that are sound by themselves and refused because of another row. -#}
select
    table_name,
    source_system,
    landed_file_name,
    landed_line_number,
    row_key,
    cast(null as {{ dbt.type_string() }}) as column_name,
    cast(null as {{ dbt.type_string() }}) as value_text,
    'superseded' as rule
from {{ ref('int_rows_superseded') }}

union all

select
    table_name,
    source_system,
    landed_file_name,
    landed_line_number,
    row_key,
    column_name,
    value_text,
    rule
from {{ ref('int_rows_misplaced') }}
