{% set keys = landing_keys() -%}
with

-- Rows that are wrong in themselves, with the first rule that they break.
rows_with_defect as (
    {% for table_name, key in keys.items() -%}
    select
        '{{ table_name }}' as table_name,
        {{ 'source_system' if 'source_system' in key else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as source_system,
        landed_file_name,
        landed_line_number,
        {{ row_key(table_name, 'staged') }} as row_key,
        row_defect as defects,
        'row' as severity
    from {{ ref('stg_landing__' ~ table_name) }} as staged
    where row_defect is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- What was mended in rows that stay: values that became NULL, words that became other.
values_with_defect as (
    {% for table_name, key in keys.items() -%}
    select
        '{{ table_name }}' as table_name,
        {{ 'source_system' if 'source_system' in key else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as source_system,
        landed_file_name,
        landed_line_number,
        {{ row_key(table_name, 'accepted') }} as row_key,
        value_defects,
        word_defects
    from {{ ref('int_' ~ table_name ~ '_accepted') }} as accepted
    where value_defects is not null or word_defects is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

positions as (
    {{ whole_numbers(12) }}
),

listed as (
    select * from rows_with_defect

    union all

    select
        values_with_defect.table_name,
        values_with_defect.source_system,
        values_with_defect.landed_file_name,
        values_with_defect.landed_line_number,
        values_with_defect.row_key,
        split_part(values_with_defect.value_defects, ';', cast(positions.generated_number as integer)) as defects,
        'value' as severity
    from values_with_defect
    cross join positions
    where values_with_defect.value_defects is not null

    union all

    select
        values_with_defect.table_name,
        values_with_defect.source_system,
        values_with_defect.landed_file_name,
        values_with_defect.landed_line_number,
        values_with_defect.row_key,
        split_part(values_with_defect.word_defects, ';', cast(positions.generated_number as integer)) as defects,
        'mapping' as severity
    from values_with_defect
    cross join positions
    where values_with_defect.word_defects is not null
),

rejects as (
    select
        source_system,
        table_name,
        landed_file_name as file_name,
        landed_line_number as line_number,
        row_key,
        split_part(defects, '|', 1) as column_name,
        nullif(split_part(defects, '|', 3), '') as value_text,
        split_part(defects, '|', 2) as rule,
        severity
    from listed
    where defects <> ''

    union all

    select
        source_system,
        table_name,
        landed_file_name as file_name,
        landed_line_number as line_number,
        row_key,
        column_name,
        value_text,
        rule,
        'row' as severity
    from {{ ref('int_rows_refused') }}

    union all

    select
        source_system,
        table_name,
        landed_file_name as file_name,
        landed_line_number as line_number,
        row_key,
        column_name,
        value_text,
        rule,
        severity
    from {{ source('loads', 'load_rejects') }}
)

select
    '{{ var("run_id") }}' as run_id,
    source_system,
    table_name,
    file_name,
    line_number,
    row_key,
    column_name,
    value_text as value,
    rule,
    severity
from rejects
