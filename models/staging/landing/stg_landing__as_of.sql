{% set instants = landing_instants() -%}
with

newest_by_table as (
    {% for table_name, columns in instants.items() %}
    select
        greatest(
            {% for column in columns -%}
            max(case when {{ column }} <= timestamp '{{ run_clock() }}' then {{ column }} end),
            {% endfor -%}
            timestamp '1970-01-01 00:00:00'
        ) as newest_at
    from {{ source('landing', table_name) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    {% if var('as_of') -%}
    -- The newest of one value: one row, whatever landed.
    max(cast('{{ var("as_of") }}' as timestamp)) as as_of
    {%- else -%}
    max(newest_at) as as_of
    {%- endif %}
from newest_by_table
