{#
    A vendor's table with all columns that its source YAML declares; to be given a name. The loader makes it so. Where the
    warehouse held it already, a column is read from the first place that is there, and NULL where none is; no rows where there is
    no table.
#}
{% macro vendor_table(vendor, table_name) -%}
    {%- set table = source(vendor, table_name) -%}
    {%- if vendor not in var('vendor_schemas') or not execute or model.resource_type == 'unit_test' -%}
        {{ table }}
    {%- else -%}
        {%- set declared = tables_of_sources([vendor]) | selectattr('name', 'equalto', table_name) | first -%}
        {{ as_declared(vendor, table, declared) }}
    {%- endif -%}
{%- endmacro %}

{# A table of the warehouse, or the elements of an array of its parent, in the form that the loader gives it. #}
{% macro as_declared(vendor, table, declared) -%}
    {%- set here = adapter.get_relation(table.database, table.schema, table.identifier) -%}
    {%- set parent_name, _, array = (declared.config.meta.get('rows_of') or '').partition('.') -%}
    {%- set parent = adapter.get_relation(table.database, table.schema, parent_name) if array and not here -%}
    {%- set root, _, path = array.partition('.') -%}
    {%- set read = here or parent -%}
    {%- set there = {} -%}
    {%- for column in (adapter.get_columns_in_relation(read) if read else []) -%}
        {%- do there.update({('' if here else '^') ~ column.name | lower: column}) -%}
    {%- endfor -%}
    (
        select
            cast('{{ vendor }}' as {{ dbt.type_string() }}) as source_system,
            {%- for column in declared.columns.values() %}
            {{ value_as_declared(column, there, is_element=parent) }} as {{ adapter.quote(column.name) }},
            {%- endfor %}
            '{{ table.schema }}.{{ table.identifier }}' as landed_file_name,
            row_number() over (order by 1) as landed_line_number
        {%- if here %}
        from {{ here }} as landed
        {%- elif parent and '^' ~ root in there %}
        {%- set column = 'landed.' ~ adapter.quote(there['^' ~ root].name) %}
        from {{ parent }} as landed
        cross join {{ json_elements(json_text(column, path.split('.')) if path else column) }} as elements (element)
        {%- else %}
        where 1 = 0
        {%- endif %}
    )
{%- endmacro %}

{# The value of a column at the first place where one stands. #}
{% macro value_as_declared(column, there, is_element) -%}
    {%- set meta = column.config.meta -%}
    {%- set values = [] -%}
    {%- set found = namespace(is_column=false) -%}
    {%- for place in meta.get('from') or [column.name] if not found.is_column -%}
        {%- set root, _, path = place.partition('.') -%}
        {%- if root | lower in there -%}
            {%- set landed = there[root | lower] -%}
            {%- set value = 'landed.' ~ adapter.quote(landed.name) -%}
            {%- do values.append(json_text(value, path.split('.')) if path else instant_or_value(value, column, landed)) -%}
            {%- set found.is_column = not path -%}
        {%- elif is_element and not root.startswith('^') -%}
            {%- do values.append(json_text('elements.element', place.split('.'))) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set type = type_double() if column.data_type == 'double' else api.Column.translate_type(column.data_type) -%}
    {%- set value = ('coalesce(' ~ values | join(', ') ~ ')' if values | length > 1 else values | first) if values else 'null' -%}
    {%- if column.name in ('customer_id', 'customer_email', 'customer_phone') and values -%}
        {{ hashed_identity(column.name, value) }}
    {%- elif meta.get('is_present') -%}
        ({{ value }} is not null and cast({{ value }} as {{ dbt.type_string() }}) <> '')
    {%- elif meta.get('only_where') and values -%}
        case
            when {% for name, words in meta['only_where'].items() -%}
                lower({{ value_as_declared({'name': name, 'data_type': 'varchar', 'config': {'meta': {}}}, there, is_element) }})
                in ('{{ words | join("', '") | lower }}'){{ ' and ' if not loop.last }}
            {%- endfor %} then cast({{ value }} as {{ type }})
        end
    {%- else -%}
        cast({{ value }} as {{ type }})
    {%- endif -%}
{%- endmacro %}

{# Seconds since 1970 as an instant, whole numbers as their digits; all else as it is. #}
{% macro instant_or_value(value, column, landed) -%}
    {%- if column.data_type == 'timestamp' and landed.is_number() -%}
        {{ instant_from_microseconds('cast(' ~ value ~ ' as bigint) * 1000000') }}
    {%- elif column.data_type == 'varchar' and landed.is_float() -%}
        cast(cast({{ value }} as bigint) as {{ dbt.type_string() }})
    {%- else -%}
        {{ value }}
    {%- endif -%}
{%- endmacro %}

{#
    An identity of a customer as a keyed hash. The key is never written into SQL where the engine can hold it: in PostgreSQL it is
    the setting service_kpis.hash_key, e.g. PGOPTIONS='-c service_kpis.hash_key=...' in the environment.
#}
{% macro hashed_identity(column, value) -%}
    {%- set plain = 'lower(trim(cast(' ~ value ~ ' as ' ~ dbt.type_string() ~ ')))' -%}
    {%- set plain = digits_only(plain) if column == 'customer_phone' else plain -%}
    {%- if target.type == 'postgres' -%}
        {%- set key = "current_setting('service_kpis.hash_key')" -%}
    {%- else -%}
        {%- set key = "'" ~ env_var('SERVICE_KPIS_HASH_KEY') ~ "'" -%}
    {%- endif -%}
    case
        when {{ plain }} <> ''
            then substr({{ keyed_hash(key, "'" ~ column ~ ":' || " ~ plain) }}, 1, 32)
    end
{%- endmacro %}
