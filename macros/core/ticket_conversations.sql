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
