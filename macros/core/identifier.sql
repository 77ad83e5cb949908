{#
    A customer's identifier of one kind as one text; NULL where a part is missing. The kinds sort id, email,
    phone turned to letters a, b, c, so that a customer is named after the firmest identifier.
#}
{% macro identifier(kind, parts) -%}
    {{ "'" ~ {'id': 'a', 'email': 'b', 'phone': 'c'}[kind] ~ ":'" }}
    {%- for part in parts %} || {{ part }}{{ " || ':'" if not loop.last }}{% endfor %}
{%- endmacro %}

{# The three identifiers of a row, NULL where it has none. #}
{% macro row_identifiers(relation) -%}
    {{ identifier('id', [relation ~ '.source_system', relation ~ '.customer_id']) }} as id_identifier,
    {{ identifier('email', [relation ~ '.customer_email']) }} as email_identifier,
    {{ identifier('phone', [relation ~ '.customer_phone']) }} as phone_identifier
{%- endmacro %}

{# The customer whom the firmest identifier of a row names. Needs join_matched_customers. #}
{% macro matched_customer() -%}
    coalesce(by_id.customer_id, by_email.customer_id, by_phone.customer_id)
{%- endmacro %}

{# Who owns each identifier of a row; nobody owns one that very many people share. #}
{% macro join_matched_customers(relation) -%}
    left join {{ ref('int_customers_matched') }} as by_id on by_id.identifier = {{ relation }}.id_identifier
    left join {{ ref('int_customers_matched') }} as by_email on by_email.identifier = {{ relation }}.email_identifier
    left join {{ ref('int_customers_matched') }} as by_phone on by_phone.identifier = {{ relation }}.phone_identifier
{%- endmacro %}
