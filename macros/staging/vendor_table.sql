{#
    A vendor's table with all columns that its source YAML declares, NULL where one did not land; to be given a name. The loader
    has typed it. Declared are names in the loader's form, so a reserved word such as `public` is quoted here once: models read
    each column under its own name.
#}
{% macro vendor_table(vendor, table_name) -%}
    {{ source(vendor, table_name) }}
{%- endmacro %}
