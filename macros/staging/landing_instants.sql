{# The instants at which something happened; plans (due, rostered) and the loader's own clock say nothing about the cut-off. #}
{% macro landing_instants() -%}
    {{ return({
        'tickets': ['created_at', 'updated_at', 'solved_at', 'closed_at'],
        'ticket_messages': ['sent_at'],
        'ticket_events': ['occurred_at'],
        'chats': [
            'started_at', 'ended_at', 'handover_requested_at', 'handover_accepted_at', 'queued_at', 'agent_joined_at'
        ],
        'chat_messages': ['sent_at'],
        'calls': ['started_at', 'ivr_started_at', 'ivr_ended_at', 'queued_at', 'answered_at', 'ended_at'],
        'surveys': ['sent_at', 'responded_at'],
        'agent_training': ['assigned_at', 'completed_at', 'assessed_at'],
        'self_service_sessions': ['started_at', 'ended_at'],
    }) }}
{%- endmacro %}

{#
    By source system, which of some columns of instants hold days without times: `columns` has, by the name of the answer, a
    landing table and its columns; to be given a name. A source system without such columns has no row.
#}
{% macro days_by_system(columns) -%}
    (
        select
            source_system
            {%- for answer, (table_name, column_names) in columns.items() %},
            max(case
                when table_name = '{{ table_name }}' and column_name in ('{{ column_names | join("', '") }}') then 1 else 0
            end) = 1 as {{ answer }}
            {%- endfor %}
        from {{ source('loads', 'day_columns') }}
        group by source_system
    )
{%- endmacro %}
