{#
    The rows of a landing table, whoever brought them: those that landed in the contract's form, and those that the staging of a
    vendor makes of its tables; to be given a name.
#}
{% macro landed(table_name) -%}
    {%- if table_name not in tables_of_vendors() or not vendors() or model.resource_type == 'unit_test' -%}
    {{ source('landing', table_name) }}
    {%- else -%}
    {%- set columns = landed_columns(table_name) -%}
    (
        select {{ columns }} from {{ source('landing', table_name) }}
        {%- for vendor in vendors() %}
        union all
        select {{ columns }} from {{ ref('stg_' ~ vendor ~ '__' ~ table_name) }}
        {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}

{# The vendors whose own tables are read, in the order of their names: a list, or a text with commas. #}
{% macro vendors() -%}
    {%- set named = var('vendors') -%}
    {{ return((named.split(',') if named is string else named) | map('trim') | select | sort) }}
{%- endmacro %}

{# The declared tables of some sources. #}
{% macro tables_of_sources(names) -%}
    {{ return(graph.sources.values() | selectattr('source_name', 'in', names) | list if execute else []) }}
{%- endmacro %}

{# What the staging of each vendor ends in: a table that the vendor has nothing of is empty. #}
{% macro tables_of_vendors() -%}
    {{ return(['tickets', 'ticket_messages', 'ticket_events', 'chats', 'chat_messages', 'calls', 'surveys', 'agents']) }}
{%- endmacro %}

{# The columns of the contract's table in its order, and where a row landed. #}
{% macro landed_columns(table_name) -%}
    {%- set names = [] -%}
    {%- for table in tables_of_sources(['landing']) if table.name == table_name -%}
        {%- do names.extend(table.columns.keys()) -%}
    {%- endfor -%}
    {{ (names + ['landed_file_name', 'landed_line_number']) | join(', ') }}
{%- endmacro %}

{# A table with no row in it: what the staging of a vendor ends in where the vendor has nothing of it. #}
{% macro no_rows_of(table_name) -%}
    {%- set types = {} -%}
    {%- for table in tables_of_sources(['landing']) if table.name == table_name -%}
        {%- for column in table.columns.values() -%}
            {%- do types.update({column.name: column.data_type}) -%}
        {%- endfor -%}
        {%- do types.update({'landed_file_name': 'varchar', 'landed_line_number': 'bigint'}) -%}
    {%- endfor -%}
    select
    {%- for name, type in calendar_columns().get(table_name, types).items() %}
        cast(null as {{ type_double() if type == 'double' else api.Column.translate_type(type) }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
    where 1 = 0
{%- endmacro %}

{# The files whose rows are a vendor's: a query. #}
{% macro files_of_vendors() -%}
    select landed.file_name from {{ ref('landed_files') }} as landed where landed.table_name like '%.%'
{%- endmacro %}
