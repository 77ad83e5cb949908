{#
    Open seconds from the beginning of a conversation's calendar to an instant; expects the instant's quarter hour joined as slot. Of a
    conversation whose calendar changed they go on from where those of the calendar before left off.
#}
{% macro open_seconds_until(instant, slot) -%}
    ({{ slot }}.open_seconds_before + coalesce(greatest(
        least({{ epoch_seconds(instant) }}, {{ slot }}.open_until) - {{ slot }}.open_from, 0
    ), 0) + case when {{ slot }}_spell.calendar_id is null then 0 else {{ slot }}_spell.seconds_carried end)
{%- endmacro %}

{# Joins the quarter hour in which an instant lies, of the calendar that the conversation had then. #}
{% macro join_quarter_hour(instant, slot) -%}
    left join {{ ref('int_conversation_calendars') }} as {{ slot }}_spell
        on
            {{ slot }}_spell.has_several_calendars
            and {{ slot }}_spell.source_system = conversations.source_system
            and {{ slot }}_spell.source_type = conversations.source_type
            and {{ slot }}_spell.source_conversation_id = conversations.source_conversation_id
            and {{ slot }}_spell.held_from <= {{ instant }}
            and {{ slot }}_spell.held_until > {{ instant }}
    left join {{ ref('int_business_quarter_hours') }} as {{ slot }}
        on
            {{ slot }}.calendar_id = coalesce({{ slot }}_spell.calendar_id, conversations.calendar_id)
            and {{ slot }}.quarter_hour = {{ quarter_hour_of(instant) }}
{%- endmacro %}

{% macro quarter_hour_of(instant) -%}
    cast(floor({{ epoch_seconds(instant) }} / 900) as bigint)
{%- endmacro %}
