{# The key of each landing table: what makes two rows copies of one another, and what a person would look for. #}
{% macro landing_keys() -%}
    {{ return({
        'tickets': ['source_system', 'ticket_id'],
        'ticket_messages': ['source_system', 'message_id'],
        'ticket_events': ['source_system', 'event_id'],
        'chats': ['source_system', 'chat_id'],
        'chat_messages': ['source_system', 'message_id'],
        'calls': ['source_system', 'call_id'],
        'surveys': ['source_system', 'survey_id', 'question'],
        'agents': ['source_system', 'agent_id'],
        'agent_shifts': ['source_system', 'shift_id'],
        'agent_training': ['source_system', 'agent_id', 'course_id', 'assigned_at'],
        'self_service_sessions': ['source_system', 'session_id'],
        'costs': ['cost_month', 'pool', 'team', 'channel'],
    }) }}
{%- endmacro %}

{# How a person would name the row: its id, or the first parts of a key of several; NULL where nothing of it landed. #}
{% macro row_key(table_name) -%}
    {%- set parts = {
        'surveys': ['survey_id'],
        'agent_training': ['agent_id', 'course_id'],
        'costs': ['cost_month', 'landed_pool'],
    }.get(table_name, landing_keys()[table_name][1:]) -%}
    nullif(concat_ws(
        '|'
        {%- for part in parts -%}
        , {% if part == 'cost_month' -%}
            substr(cast(cost_month as {{ dbt.type_string() }}), 1, 7)
        {%- else -%}
            {{ part }}
        {%- endif -%}
        {%- endfor -%}
    ), '')
{%- endmacro %}
