{#
    Of rows with one key, all but the latest loaded; among equals the last in the files' order stays.
    The keys that occur twice are found first: they are few, and only they are sorted.
#}
{% macro superseded_rows(table_name, key, has_load_time) -%}
    {%- set every = ref('stg_landing__' ~ table_name) -%}
    select
        '{{ table_name }}' as table_name,
        {{ 'source_system' if 'source_system' in key else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as source_system,
        landed_file_name,
        landed_line_number,
        row_key
    from (
        select
            rows_of_key.*,
            {{ row_key(table_name, 'rows_of_key') }} as row_key,
            row_number() over (
                partition by {% for column in key %}rows_of_key.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
                order by
                    {% if has_load_time %}loaded_at desc nulls last, {% endif -%}
                    landed_file_name desc, landed_line_number desc
            ) as recency_rank
        from {{ every }} as rows_of_key
        inner join (
            select {{ key | join(', ') }}
            from {{ every }}
            where row_defect is null
            group by {{ key | join(', ') }}
            having count(*) > 1
        ) as repeated
            on
                {% for column in key -%}
                {% if column in ('team', 'channel') -%}
                coalesce(repeated.{{ column }}, '') = coalesce(rows_of_key.{{ column }}, '')
                {%- else -%}
                repeated.{{ column }} = rows_of_key.{{ column }}
                {%- endif %}
                {{- ' and ' if not loop.last }}
                {% endfor %}
        where rows_of_key.row_defect is null
    ) as ranked
    where recency_rank > 1
{%- endmacro %}

{# Messages and events of a parent that did not land, or dated before its accepted copy began. #}
{% macro misplaced_rows(table_name, key, instant, parent_table, parent_instant) -%}
    {%- set source_type, parent_key = contact_tables()[parent_table] -%}
    select
        '{{ table_name }}' as table_name,
        child.source_system,
        '{{ source_type }}' as source_type,
        child.{{ parent_key }} as source_conversation_id,
        child.landed_file_name,
        child.landed_line_number,
        child.{{ key }} as row_key,
        case when parent.{{ parent_key }} is null then '{{ parent_key }}' else '{{ instant }}' end as column_name,
        case
            when parent.{{ parent_key }} is null then child.{{ parent_key }}
            else cast(child.{{ instant }} as {{ dbt.type_string() }})
        end as value_text,
        case when parent.{{ parent_key }} is null then 'orphan' else 'before_parent' end as rule
    from (
        select candidates.*
        from {{ ref('stg_landing__' ~ table_name) }} as candidates
        where candidates.row_defect is null and {{ not_superseded(table_name, 'candidates') }}
    ) as child
    left join (
        select
            source_system,
            {{ parent_key }},
            min({{ parent_instant }}) as began_at
        from {{ ref('stg_landing__' ~ parent_table) }} as copies
        where row_defect is null and {{ not_superseded(parent_table, 'copies') }}
        group by source_system, {{ parent_key }}
    ) as parent
        on parent.source_system = child.source_system and parent.{{ parent_key }} = child.{{ parent_key }}
    where
        child.{{ instant }} < parent.began_at
        or (
            parent.{{ parent_key }} is null
            and exists (select 1 from {{ ref('stg_landing__' ~ parent_table) }})
        )
{%- endmacro %}

{# Anti-join with the earlier copies of a key. #}
{% macro not_superseded(table_name, relation) -%}
    not exists (
        select 1
        from {{ ref('int_rows_superseded') }} as superseded
        where
            superseded.table_name = '{{ table_name }}'
            and superseded.landed_file_name = {{ relation }}.landed_file_name
            and superseded.landed_line_number = {{ relation }}.landed_line_number
    )
{%- endmacro %}
