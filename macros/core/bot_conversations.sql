{# 1 for a conversation in which a bot took part, so that it carries bot cost; else 0. #}
{% macro bot_conversations() -%}
    case when bot_stage is not null or responder in ('bot', 'hybrid') then 1 else 0 end
{%- endmacro %}
