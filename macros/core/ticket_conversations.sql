{#
    Places what happened on a ticket in the ticket's conversation of that moment. Few tickets hold more than one,
    so only the later ones (alias: later) are joined, and everything else falls to the first.
#}
{% macro join_later_conversations(relation, instant) -%}
    left join {{ ref('int_ticket_conversations') }} as later
        on
            later.source_system = {{ relation }}.source_system
            and later.ticket_id = {{ relation }}.ticket_id
            and later.conversation_seq > 1
            and {{ relation }}.{{ instant }} >= later.started_at
            and {{ relation }}.{{ instant }} < coalesce(later.next_started_at, timestamp '9999-12-31 00:00:00')
{%- endmacro %}

{# Joins that conversation's row (alias: conversations), of the model that holds what is asked of it; what is of no ticket is left out. #}
{% macro join_conversation_of(relation, instant, model='int_ticket_conversations') -%}
    inner join {{ ref(model) }} as conversations
        on
            conversations.source_system = {{ relation }}.source_system
            and conversations.ticket_id = {{ relation }}.ticket_id
            and (conversations.conversation_seq = 1 or conversations.started_at <= {{ relation }}.{{ instant }})
            and coalesce(conversations.next_started_at > {{ relation }}.{{ instant }}, true)
{%- endmacro %}
