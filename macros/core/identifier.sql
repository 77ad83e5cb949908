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

{# The firmest identifier of a row that is no switchboard's: it names the customer. Needs join_shared_identifiers. #}
{% macro firmest_identifier(relation) -%}
    coalesce(
        {{ relation }}.id_identifier,
        case when shared_email.shared_identifier is null then {{ relation }}.email_identifier end,
        case when shared_phone.shared_identifier is null then {{ relation }}.phone_identifier end
    )
{%- endmacro %}

{% macro join_shared_identifiers(relation) -%}
    left join {{ ref('int_shared_identifiers') }} as shared_email
        on shared_email.shared_identifier = {{ relation }}.email_identifier
    left join {{ ref('int_shared_identifiers') }} as shared_phone
        on shared_phone.shared_identifier = {{ relation }}.phone_identifier
{%- endmacro %}
