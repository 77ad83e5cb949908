{#
    Rows with the target that they are held against: of those that fit, the one that names most of the slice. NULL where none
    does.
#}
{% macro with_targets(valued, targets, topics) -%}
    {%- set scopes = {
        'of_channel_and_tier': {'channel': '= valued.channel', 'topic_tier': '= topics.topic_tier'},
        'of_tier': {'topic_tier': '= topics.topic_tier'},
        'of_channel': {'channel': '= valued.channel'},
        'of_responder': {'responder': '= valued.responder'},
        'of_all': {},
    } -%}
    select
        valued.*
        {%- for column in ['target', 'warn', 'low', 'high'] %},
        case
            {%- for scope in scopes %}
            when {{ scope }}.kpi_id is not null then {{ scope }}.{{ column }}
            {%- endfor %}
        end as {{ column }}
        {%- endfor %}
    from {{ valued }} as valued
    left join {{ topics }} as topics on topics.topic = valued.topic
    {%- for scope, matches in scopes.items() %}
    left join {{ targets }} as {{ scope }}
        on
            {{ scope }}.kpi_id = valued.kpi_id
            {%- for column in ['channel', 'responder', 'topic_tier'] %}
            and {{ scope }}.{{ column }} {{ matches.get(column, 'is null') }}
            {%- endfor %}
            and {{ scope }}.valid_from <= valued.period_start
            and coalesce({{ scope }}.valid_to, date '9999-12-31') >= valued.period_start
    {%- endfor %}
{%- endmacro %}
