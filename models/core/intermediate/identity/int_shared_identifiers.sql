{#- Addresses and numbers of switchboards and no-reply senders, which say nothing about the customer. -#}
with

identities as (
    select * from {{ ref('int_contact_identities') }}
),

-- A switchboard's phone or a no-reply address is seen with very many people: it says nothing about who called.
counted as (
    select
        email_identifier as shared_identifier,
        count(distinct id_identifier) as id_count,
        count(distinct phone_identifier) as other_count
    from identities
    where email_identifier is not null
    group by email_identifier

    union all

    select
        phone_identifier as shared_identifier,
        count(distinct id_identifier) as id_count,
        count(distinct email_identifier) as other_count
    from identities
    where phone_identifier is not null
    group by phone_identifier
)

select shared_identifier
from counted
where
    id_count > {{ var('identity_max_identifiers') }}
    or other_count > {{ var('identity_max_identifiers') }}
