with

identities as (
    select
        source_system,
        customer_id,
        customer_email,
        customer_phone
    from {{ ref('int_tickets_accepted') }}
    union all
    select
        source_system,
        customer_id,
        customer_email,
        customer_phone
    from {{ ref('int_chats_accepted') }}
    union all
    select
        source_system,
        customer_id,
        customer_email,
        customer_phone
    from {{ ref('int_calls_accepted') }}
    union all
    select
        source_system,
        customer_id,
        customer_email,
        customer_phone
    from {{ ref('int_surveys_accepted') }}
    union all
    select
        source_system,
        customer_id,
        customer_email,
        customer_phone
    from {{ ref('int_self_service_sessions_accepted') }}
)

select
    {{ identifier('id', ['source_system', 'customer_id']) }} as id_identifier,
    {{ identifier('email', ['customer_email']) }} as email_identifier,
    {{ identifier('phone', ['customer_phone']) }} as phone_identifier
from identities
where coalesce(customer_id, customer_email, customer_phone) is not null
group by
    1,
    2,
    3
