{#- Kinds sort by their first letter: the least identifier of a contact is the first that is there. -#}
with

identities as (
    select
        identities.id_identifier,
        case when shared_email.shared_identifier is null then identities.email_identifier end as email_identifier,
        case when shared_phone.shared_identifier is null then identities.phone_identifier end as phone_identifier
    from {{ ref('int_contact_identities') }} as identities
    {{ join_shared_identifiers('identities') }}
),

kinds as (
    select id_identifier as identifier, id_identifier, email_identifier, phone_identifier
    from identities
    union all
    select email_identifier as identifier, id_identifier, email_identifier, phone_identifier
    from identities
    union all
    select phone_identifier as identifier, id_identifier, email_identifier, phone_identifier
    from identities
)

select
    identifier,
    coalesce(id_identifier, email_identifier, phone_identifier) as first_name
from kinds
where identifier is not null
