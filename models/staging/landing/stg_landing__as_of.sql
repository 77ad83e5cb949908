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
        ) as newest_at,
        least(
            {% for column in columns -%}
            min(case when {{ column }} > timestamp '{{ run_clock() }}' then {{ column }} end),
            {% endfor -%}
            timestamp '9999-12-31 00:00:00'
        ) as ahead_at
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
    {%- endif %},
    nullif(min(ahead_at), timestamp '9999-12-31 00:00:00') as ahead_at
from newest_by_table
