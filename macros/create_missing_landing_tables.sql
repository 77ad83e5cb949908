{#
    An absent landing table is an empty one: creates what the source YAML declares and the warehouse lacks, in the schemas that the
    loader fills; of vendors those that are read, whose names may be reserved words.
#}
{% macro create_missing_landing_tables() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test', 'seed'] %}
        {% set ours = [] %}
        {% for source in tables_of_sources(['landing', 'loads'] + vendors()) if source.source_name not in vendors() or source.schema == 'raw_' ~ source.source_name %}
            {% do ours.append(source) %}
        {% endfor %}
        {% for schema in ours | map(attribute='schema') | unique %}
        create schema if not exists {{ schema }};
        {% endfor %}
        {% for source in ours if not adapter.get_relation(source.database, source.schema, source.identifier) %}
            {% set columns = ['source_system ' ~ dbt.type_string()] if source.source_name in vendors() else [] %}
            {% for column in source.columns.values() %}
                {% set type = type_double() if column.data_type == 'double' else api.Column.translate_type(column.data_type) %}
                {% set name = adapter.quote(column.name) if source.source_name in vendors() else column.name %}
                {% do columns.append(name ~ ' ' ~ type) %}
            {% endfor %}
            {% if source.source_name != 'loads' %}
                {% do columns.extend(['landed_file_name ' ~ dbt.type_string(), 'landed_line_number bigint']) %}
            {% endif %}
            {% set table = adapter.quote(source.identifier) if source.source_name in vendors() else source.identifier %}
            create table {{ source.schema }}.{{ table }} ({{ columns | join(', ') }});
        {% endfor %}
        -- dbt ends a hook's transaction with a rollback.
        commit;
    {% endif %}
{% endmacro %}
