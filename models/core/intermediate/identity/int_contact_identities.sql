{#- Identifiers that landed together, and which of them are those of switchboards and no-reply senders. -#}
with

landed as (
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
),

identities as (
    select
        {{ row_identifiers('landed') }}
    from landed
    where coalesce(customer_id, customer_email, customer_phone) is not null
    group by 1, 2, 3
),

-- A switchboard's phone or a no-reply address is seen with very many people: it says nothing about who called.
counted as (
    select
        email_identifier as identifier,
        count(distinct id_identifier) as id_count,
        count(distinct phone_identifier) as other_count
    from identities
    where email_identifier is not null
    group by 1

    union all

    select
        phone_identifier as identifier,
        count(distinct id_identifier) as id_count,
        count(distinct email_identifier) as other_count
    from identities
    where phone_identifier is not null
    group by 1
),

shared as (
    select identifier
    from counted
    where
        id_count > {{ var('identity_max_identifiers') }}
        or other_count > {{ var('identity_max_identifiers') }}
)

select
    identities.id_identifier,
    identities.email_identifier,
    identities.phone_identifier,
    shared_email.identifier is not null as is_email_shared,
    shared_phone.identifier is not null as is_phone_shared
from identities
left join shared as shared_email on shared_email.identifier = identities.email_identifier
left join shared as shared_phone on shared_phone.identifier = identities.phone_identifier
