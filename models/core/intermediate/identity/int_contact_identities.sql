with

identities as (
    select
        source_system,
        customer_id,
        customer_email,
        customer_phone
    from {{ accepted(ref('int_tickets_judged')) }} as tickets
    union all
    select
        source_system,
        customer_id,
        customer_email,
        customer_phone
    from {{ accepted(ref('int_chats_judged')) }} as chats
    union all
    select
        source_system,
        customer_id,
        customer_email,
        customer_phone
    from {{ accepted(ref('int_calls_judged')) }} as calls
    union all
    select
        source_system,
        customer_id,
        customer_email,
        customer_phone
    from {{ accepted(ref('int_surveys_judged')) }} as surveys
    union all
    select
        source_system,
        customer_id,
        customer_email,
        customer_phone
    from {{ accepted(ref('int_self_service_sessions_judged')) }} as self_service_sessions
)

select
    {{ row_identifiers('identities') }}
from identities
where coalesce(customer_id, customer_email, customer_phone) is not null
group by 1, 2, 3
