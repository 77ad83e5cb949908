{% set keys = landing_keys() -%}
with

-- Rows that were refused, and rows that stay in which something was mended.
faulty as (
    {% for table_name, key in keys.items() -%}
    select
        '{{ table_name }}' as table_name,
        {{ 'source_system' if 'source_system' in key else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as source_system,
        landed_file_name,
        landed_line_number,
        {{ row_key(table_name) }} as row_key,
        row_defect,
        value_defects,
        word_defects
    from {{ ref('int_' ~ table_name ~ '_judged') }}
    where row_defect is not null or value_defects is not null or word_defects is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

positions as (
    {{ whole_numbers(12) }}
),

-- Of a refused row only the reason why it was refused.
defects as (
    select
        faulty.*,
        row_defect as defect,
        'row' as severity
    from faulty
    where row_defect is not null

    union all

    select
        faulty.*,
        split_part(faulty.value_defects, ';', cast(positions.generated_number as integer)) as defect,
        'value' as severity
    from faulty
    cross join positions
    where faulty.row_defect is null and faulty.value_defects is not null

    union all

    select
        faulty.*,
        split_part(faulty.word_defects, ';', cast(positions.generated_number as integer)) as defect,
        'mapping' as severity
    from faulty
    cross join positions
    where faulty.row_defect is null and faulty.word_defects is not null
),

parted as (
    select
        *,
        split_part(defect, '|', 1) as column_name,
        split_part(defect, '|', 2) as rule
    from defects
    where defect <> ''
),

rejects as (
    select
        source_system,
        table_name,
        landed_file_name as file_name,
        landed_line_number as line_number,
        row_key,
        nullif(column_name, '') as column_name,
        -- What follows the two bars: a value may hold one itself.
        nullif(substr(defect, length(column_name) + length(rule) + 3), '') as value_text,
        rule,
        severity
    from parted

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
    '{{ run_name() }}' as run_id,
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
