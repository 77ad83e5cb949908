{# Open seconds of a calendar from its beginning to an instant; expects the instant's quarter hour joined as slot. #}
{% macro open_seconds_until(instant, slot) -%}
    ({{ slot }}.open_seconds_before + coalesce(greatest(
        least({{ epoch_seconds(instant) }}, {{ slot }}.open_until) - {{ slot }}.open_from, 0
    ), 0))
{%- endmacro %}

{# Joins the quarter hour in which an instant lies. #}
{% macro join_quarter_hour(instant, slot) -%}
    left join {{ ref('int_business_quarter_hours') }} as {{ slot }}
        on
            {{ slot }}.calendar_id = conversations.calendar_id
            and {{ slot }}.quarter_hour = {{ quarter_hour_of(instant) }}
{%- endmacro %}

{% macro quarter_hour_of(instant) -%}
    cast(floor({{ epoch_seconds(instant) }} / 900) as bigint)
{%- endmacro %}
