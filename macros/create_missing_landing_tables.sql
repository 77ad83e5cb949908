{# An absent landing table is an empty one: creates what the source YAML declares and the warehouse lacks. #}
{% macro create_missing_landing_tables() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test', 'seed'] %}
        {% set landing = graph.sources.values() | selectattr('source_name', 'in', ['landing', 'loads']) | list %}
        create schema if not exists {{ landing[0].schema }};
        {% for source in landing if not adapter.get_relation(source.database, source.schema, source.identifier) %}
            {% set columns = [] %}
            {% for column in source.columns.values() %}
                {% set type = type_double() if column.data_type == 'double' else api.Column.translate_type(column.data_type) %}
                {% do columns.append(column.name ~ ' ' ~ type) %}
            {% endfor %}
            {% if source.source_name == 'landing' %}
                {% do columns.extend(['landed_file_name ' ~ dbt.type_string(), 'landed_line_number bigint']) %}
            {% endif %}
            create table {{ source.schema }}.{{ source.identifier }} ({{ columns | join(', ') }});
        {% endfor %}
        -- dbt ends a hook's transaction with a rollback.
        commit;
    {% endif %}
{% endmacro %}
