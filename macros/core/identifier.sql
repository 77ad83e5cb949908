{#
    A customer's identifier of one kind as one text; NULL where a part is missing. The kinds sort id, email,
    phone turned to letters a, b, c, so that a customer is named after the firmest identifier.
#}
{% macro identifier(kind, parts) -%}
    {{ "'" ~ {'id': 'a', 'email': 'b', 'phone': 'c'}[kind] ~ ":'" }}
    {%- for part in parts %} || {{ part }}{{ " || ':'" if not loop.last }}{% endfor %}
{%- endmacro %}
