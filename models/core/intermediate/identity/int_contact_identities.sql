with

identities as (
    {% for entity in ['tickets', 'chats', 'calls', 'surveys', 'self_service_sessions'] -%}
    select
        source_system,
        customer_id,
        customer_email,
        customer_phone
    from {{ ref('int_' ~ entity ~ '_accepted') }}
    where coalesce(customer_id, customer_email, customer_phone) is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    {{ identifier('id', ['source_system', 'customer_id']) }} as id_identifier,
    {{ identifier('email', ['customer_email']) }} as email_identifier,
    {{ identifier('phone', ['customer_phone']) }} as phone_identifier
from identities
group by
    1,
    2,
    3
