{# Within so many hours the customer must not be back, for first contact resolution. #}
{% macro fcr_windows() -%}
    {{ return({'24h': 24, '48h': 48, '7d': 168}) }}
{%- endmacro %}
