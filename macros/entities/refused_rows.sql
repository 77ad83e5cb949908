{#
    Of sound rows with one key, all but the latest loaded; among equals the last in the files' order stays.
    The keys that occur twice are found first: they are few, and only they are sorted.
#}
{% macro superseded_rows(table_name, has_load_time=true) -%}
    {%- set key = landing_keys()[table_name] -%}
    select
        landed_file_name,
        landed_line_number,
        '|superseded|' as row_defect
    from (
        select
            copies.landed_file_name,
            copies.landed_line_number,
            row_number() over (
                partition by {% for column in key %}copies.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
                order by
                    {% if has_load_time %}copies.loaded_at desc nulls last, {% endif -%}
                    copies.landed_file_name desc, copies.landed_line_number desc
            ) as recency_rank
        from checked as copies
        inner join (
            select {{ key | join(', ') }}
            from checked
            where row_defect is null
            group by {{ key | join(', ') }}
            having count(*) > 1
        ) as repeated
            on
                {% for column in key -%}
                {% if column in ('team', 'channel') -%}
                coalesce(repeated.{{ column }}, '') = coalesce(copies.{{ column }}, '')
                {%- else -%}
                repeated.{{ column }} = copies.{{ column }}
                {%- endif %}
                {{- ' and ' if not loop.last }}
                {% endfor %}
        where copies.row_defect is null
    ) as ranked
    where recency_rank > 1
{%- endmacro %}

{#
    The defect of a message or event whose parent did not land, or began later than clocks and mail servers differ, or NULL.
    A parent table that landed nothing refuses nobody.
#}
{% macro misplaced(instant, parent, parent_key, parent_instant) -%}
    case
        when {{ parent }}.{{ parent_key }} is null and landed_{{ parent }}.row_count > 0
            then '{{ parent_key }}|orphan|' || checked.{{ parent_key }}
        when
            checked.{{ instant }} < {{ dbt.dateadd('minute', -var('parent_tolerance_minutes'), parent ~ '.' ~ parent_instant) }}
            -- What is dated by day is earlier when its day was over.
            and (
                not coalesce(checked.is_{{ instant }}_day, false)
                or {{ dbt.dateadd('day', 1, 'checked.' ~ instant) }} <= {{ parent }}.{{ parent_instant }}
            )
            then '{{ instant }}|before_parent|' || cast(checked.{{ instant }} as {{ dbt.type_string() }})
    end
{%- endmacro %}

{# The instant of a message or event, not before its parent began. #}
{% macro since_parent(instant, parent, parent_instant) -%}
    greatest(checked.{{ instant }}, coalesce({{ parent }}.{{ parent_instant }}, checked.{{ instant }})) as {{ instant }}
{%- endmacro %}
