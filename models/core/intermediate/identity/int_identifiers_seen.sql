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

seen as (
    select
        id_identifier as identifier,
        coalesce(id_identifier, email_identifier, phone_identifier) as first_name
    from identities
    union all
    select
        email_identifier as identifier,
        coalesce(id_identifier, email_identifier, phone_identifier) as first_name
    from identities
    union all
    select
        phone_identifier as identifier,
        coalesce(id_identifier, email_identifier, phone_identifier) as first_name
    from identities
)

-- An identifier is named after the least one that was ever seen with it, or itself.
select
    identifier,
    first_name,
    min(first_name) over by_identifier as name,
    row_number() over by_identifier = 1 as is_naming
from seen
where identifier is not null
window by_identifier as (partition by identifier order by first_name)
