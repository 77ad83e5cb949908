{#- Tools whose messages land: there, a conversation without any was not answered; elsewhere that is not known. -#}
{% for table_name, source_type in {'ticket_messages': 'ticket', 'chat_messages': 'chat'}.items() -%}
select distinct
    '{{ source_type }}' as source_type,
    source_system
from {{ ref('int_' ~ table_name ~ '_judged') }}
{{ 'union all' if not loop.last }}
{% endfor %}
