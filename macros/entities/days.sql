{#
    Instants that are only days (F16) are compared by day: one is read as of the last thing on that day that it follows, so that
    what happened on one day is in order. Seconds are not measured from it: core asks days_by_system. Below, `landed` is the
    landing table, and `days` says of its columns whether they hold days.
#}

{# An instant, and the earlier ones that it may follow. #}
{% macro within_its_day(column, after) -%}
    case
        when days.{{ column }}
            then greatest(
                landed.{{ column }}
                {%- for earlier in after %},
                case
                    when landed.{{ earlier }} < {{ dbt.dateadd('day', 1, 'landed.' ~ column) }} then landed.{{ earlier }}
                end
                {%- endfor %}
            )
        else landed.{{ column }}
    end as {{ column }}
{%- endmacro %}

{# Which of some columns hold days; alias days. #}
{% macro join_days(table_name, columns) -%}
    {%- set answers = {} -%}
    {%- for column in columns %}{% do answers.update({column: (table_name, [column])}) %}{% endfor -%}
    left join {{ days_by_system(answers) }} as days
        on days.source_system = coalesce({{ trimmed('landed.source_system') }}, 'default')
{%- endmacro %}
