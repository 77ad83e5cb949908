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

{#
    A table of the warehouse in the form that the loader gives it: its own rows with what was split off them, or the elements of an
    array of its parent. `there` has what landed by name, ^ before a column of the parent.
#}
{% macro as_declared(vendor, table, declared) -%}
    {%- set parent_name, _, array = (declared.config.meta.get('rows_of') or '').partition('.') -%}
    {%- set here = first_relation(table, names_of_table(vendor, declared.name)) -%}
    {%- set parent = first_relation(table, names_of_table(vendor, parent_name)) if array -%}
    {%- set there = landed_columns_of(here, 'landed') -%}
    {%- set joins = [] -%}
    {%- if here -%}
        {%- set keys = split_keys(here, parent) | first -%}
        {%- if keys -%}
            {%- do there.update(landed_columns_of(parent, 'above', '^')) -%}
            {%- do joins.append(join_split(parent, 'above', keys[1], 'landed', keys[0])) -%}
        {%- endif -%}
        {%- for column in declared.columns.values() if column.config.meta.get('list') -%}
            {%- for place in column.config.meta.get('from') or [column.name] -%}
                {%- set flat = place | replace('.', '__') -%}
                {%- set items = first_relation(table, [here.identifier ~ '__' ~ flat]) -%}
                {%- set keys = split_keys(items, here) | first -%}
                {%- if keys and flat not in there -%}
                    {%- set gathered = 'select ' ~ keys[0] ~ ', ' ~ dbt.listagg('cast(value as ' ~ dbt.type_string() ~ ')', "','")
                        ~ ' as items from ' ~ items ~ ' group by ' ~ keys[0] -%}
                    {%- do there.update({flat: {'sql': flat ~ '.items', 'column': api.Column(flat, 'text')}}) -%}
                    {%- do joins.append(join_split('(' ~ gathered ~ ')', flat, keys[0], 'landed', keys[1])) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- elif parent -%}
        {%- do there.update(landed_columns_of(parent, 'above', '^')) -%}
    {%- endif -%}
    {%- set root = roots_of_place('^' ~ array) | selectattr('root', 'in', there) | first if parent and not here -%}
    (
        select
            cast('{{ vendor }}' as {{ dbt.type_string() }}) as source_system,
            {%- for column in declared.columns.values() %}
            {{ value_as_declared(column, declared.columns, there, parent and not here) }} as {{ adapter.quote(column.name) }},
            {%- endfor %}
            '{{ table.schema }}.{{ table.identifier }}' as landed_file_name,
            row_number() over (order by 1) as landed_line_number
        {%- if here %}
        from {{ here }} as landed
        {{ joins | join(' ') }}
        {%- elif root %}
        {%- set column = there[root.root].sql %}
        from {{ parent }} as above
        cross join {{ json_elements(json_text(column, root.path) if root.path else column) }} as elements (element)
        {%- else %}
        where 1 = 0
        {%- endif %}
    )
{%- endmacro %}

{# The value of a column of a table at the first place where one stands. #}
{% macro value_as_declared(column, columns, there, is_element) -%}
    {%- set meta = column.config.meta -%}
    {%- set values = [] -%}
    {%- set found = namespace(is_column=false) -%}
    {%- for place in meta.get('from') or [column.name] if not found.is_column -%}
        {%- set at = roots_of_place(place) | selectattr('root', 'in', there) | first -%}
        {%- if is_element and not place.startswith('^') -%}
            {%- do values.append(json_text('elements.element', place.split('.'))) -%}
        {%- elif at -%}
            {%- set value = there[at.root].sql -%}
            {%- do values.append(json_text(value, at.path) if at.path else instant_or_value(value, column, there[at.root].column)) -%}
            {%- set found.is_column = not at.path -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set type = type_double() if column.data_type == 'double' else api.Column.translate_type(column.data_type) -%}
    {%- set value = ('coalesce(' ~ values | join(', ') ~ ')' if values | length > 1 else values | first) if values else 'null' -%}
    {%- set shaped -%}
        {%- if column.name in ('customer_id', 'customer_email', 'customer_phone') and values -%}
            {{ hashed_identity(column.name, value) }}
        {%- elif meta.get('is_present') -%}
            ({{ value }} is not null and cast({{ value }} as {{ dbt.type_string() }}) <> '')
        {%- else -%}
            cast({{ value }} as {{ type }})
        {%- endif -%}
    {%- endset -%}
    {%- if meta.get('only_where') and values -%}
        case
            when {% for name, words in meta['only_where'].items() -%}
                {%- set bare = {'name': name, 'data_type': 'varchar', 'config': {'meta': {'from': columns[name].config.meta.get('from')}}} -%}
                lower({{ value_as_declared(bare, columns, there, is_element) }})
                in ('{{ words | join("', '") | lower }}'){{ ' and ' if not loop.last }}
            {%- endfor %} then {{ shaped }}
        end
    {%- else -%}
        {{ shaped }}
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

{# An identity of a customer as a keyed hash. #}
{% macro hashed_identity(column, value) -%}
    {%- set plain = 'lower(trim(cast(' ~ value ~ ' as ' ~ dbt.type_string() ~ ')))' -%}
    {%- set plain = digits_only(plain) if column == 'customer_phone' else plain -%}
    case
        when {{ plain }} <> ''
            then substr({{ keyed_hash(hash_key(), "'" ~ column ~ ":' || " ~ plain) }}, 1, 32)
    end
{%- endmacro %}
