{# The key of a conversation: what it was in its own tool. #}
{% macro conversation_key(source_type, source_system, source_conversation_id, conversation_seq) -%}
    {{ stable_id([source_type, source_system, source_conversation_id, conversation_seq]) }}
{%- endmacro %}
