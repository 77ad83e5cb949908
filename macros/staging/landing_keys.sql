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

{# The key as text, without the source system; NULL where nothing of it landed. #}
{% macro row_key(key, relation) -%}
    nullif(concat_ws(
        '|'
        {%- for part in key if part != 'source_system' %}, cast({{ relation }}.{{ part }} as {{ dbt.type_string() }}){% endfor -%}
    ), '')
{%- endmacro %}

{# The key's columns by the names that the contract entities give them. #}
{% macro landed_key(key, table_name) -%}
    {{ return(key | map('replace', 'pool', 'cost_pool') | list if table_name == 'costs' else key) }}
{%- endmacro %}
