{#
    What the staging of a vendor tells of its opening hours: the weekly hours of its calendars and since when they are in force, days on
    which they are closed, and which calendar a conversation had when.
#}
{% macro calendar_columns() -%}
    {{ return({
        'calendar_hours': {
            'calendar_id': 'varchar', 'time_zone': 'varchar', 'iso_weekday': 'integer', 'opens_second': 'integer',
            'closes_second': 'integer', 'valid_from': 'timestamp', 'valid_until': 'timestamp',
        },
        'calendar_holidays': {'calendar_id': 'varchar', 'holiday_date': 'date'},
        'conversation_calendars': {
            'source_system': 'varchar', 'source_type': 'varchar', 'source_conversation_id': 'varchar', 'calendar_id': 'varchar',
            'held_from': 'timestamp', 'held_until': 'timestamp',
        },
    }) }}
{%- endmacro %}

{# The rows of one of these tables, of all vendors. #}
{% macro rows_of_tools(table_name) -%}
    {%- set columns = calendar_columns()[table_name].keys() | join(', ') -%}
    {%- for vendor in vendors() if model.resource_type != 'unit_test' %}
    select {{ columns }} from {{ ref('stg_' ~ vendor ~ '__' ~ table_name) }}
    union all
    {%- endfor %}
    {{ no_rows_of(table_name) }}
{%- endmacro %}
