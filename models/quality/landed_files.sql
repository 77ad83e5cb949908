select
    '{{ run_name() }}' as run_id,
    table_name,
    landed_file_name as file_name,
    landed_row_count as landed_rows,
    refused_row_count as refused_rows,
    extra_columns,
    missing_columns
from {{ source('loads', 'landed_files') }}
