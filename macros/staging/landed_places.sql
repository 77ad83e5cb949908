{# Where in a warehouse the tables of a vendor and their columns stand, whichever loader landed them. #}

{#
    The names under which a vendor's table may land: the first that is there is read. A table of which only an array is read need
    not be declared.
#}
{% macro names_of_table(vendor, name) -%}
    {%- set declared = tables_of_sources([vendor]) | selectattr('name', 'equalto', name) | first -%}
    {%- if not declared -%}
        {{ return([name]) }}
    {%- endif -%}
    {%- set names = (declared.config.meta.get('from') or [declared.identifier]) | list -%}
    {%- set parent, _, array = (declared.config.meta.get('rows_of') or '').partition('.') -%}
    {%- for parent_name in names_of_table(vendor, parent) if array -%}
        {%- do names.append(parent_name ~ '__' ~ array | replace('.', '__')) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{# The first relation that is there, in the schema of a table. #}
{% macro first_relation(table, names) -%}
    {%- for name in names -%}
        {%- set found = adapter.get_relation(table.database, table.schema, name) -%}
        {%- if found -%}
            {{ return(found) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{% macro landed_columns_of(relation, alias, mark='') -%}
    {%- set there = {} -%}
    {%- for column in (adapter.get_columns_in_relation(relation) if relation else []) -%}
        {%- do there.update({mark ~ column.name | lower: {'sql': alias ~ '.' ~ adapter.quote(column.name), 'column': column}}) -%}
    {%- endfor -%}
    {{ return(there) }}
{%- endmacro %}

{# Where a value may stand: a column and the path in its JSON, the longest column first, as loaders flatten objects. #}
{% macro roots_of_place(place) -%}
    {%- set parts = place.split('.') -%}
    {%- set found = [] -%}
    {%- for taken in range(parts | length, 0, -1) -%}
        {%- do found.append({'root': parts[:taken] | join('__') | lower, 'path': parts[taken:]}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The column by which rows that a loader split off name the row that they were in, and the column named so. #}
{% macro split_keys(below, above) -%}
    {%- set names = (landed_columns_of(below, '') | list, landed_columns_of(above, '') | list) -%}
    {%- set found = [] -%}
    {%- for keys in [('_dlt_parent_id', '_dlt_id'), ('_sdc_source_key_id', 'id')] if keys[0] in names[0] and keys[1] in names[1] -%}
        {%- do found.append(keys) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro join_split(relation, alias, column, other, its_column) -%}
    left join {{ relation }} as {{ alias }}
    on cast({{ alias }}.{{ column }} as {{ dbt.type_string() }}) = cast({{ other }}.{{ its_column }} as {{ dbt.type_string() }})
{%- endmacro %}
