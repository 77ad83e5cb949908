{#- Connected components over identifiers that were seen together. -#}
with recursive

identities as (
    select
        identities.id_identifier,
        case when shared_email.shared_identifier is null then identities.email_identifier end as email_identifier,
        case when shared_phone.shared_identifier is null then identities.phone_identifier end as phone_identifier
    from {{ ref('int_contact_identities') }} as identities
    left join {{ ref('int_shared_identifiers') }} as shared_email
        on shared_email.shared_identifier = identities.email_identifier
    left join {{ ref('int_shared_identifiers') }} as shared_phone
        on shared_phone.shared_identifier = identities.phone_identifier
),

pairs as (
    select
        id_identifier as one,
        email_identifier as other
    from identities
    where id_identifier is not null and email_identifier is not null
    union
    select
        id_identifier as one,
        phone_identifier as other
    from identities
    where id_identifier is not null and phone_identifier is not null
    union
    select
        email_identifier as one,
        phone_identifier as other
    from identities
    where email_identifier is not null and phone_identifier is not null
),

links as (
    select
        one as from_identifier,
        other as to_identifier
    from pairs
    union all
    select
        other as from_identifier,
        one as to_identifier
    from pairs
),

-- The least identifier of a component is less than all its neighbours: only such ones spread their name.
seeds as (
    select from_identifier as customer_name
    from links
    group by from_identifier
    having from_identifier < min(to_identifier)
),

reached as (
    select
        customer_name,
        customer_name as identifier
    from seeds

    union

    select
        reached.customer_name,
        links.to_identifier as identifier
    from reached
    inner join links on links.from_identifier = reached.identifier
    where links.to_identifier > reached.customer_name
),

named as (
    select
        identifier,
        min(customer_name) as customer_name
    from reached
    group by identifier
),

identifiers as (
    select id_identifier as identifier
    from identities
    where id_identifier is not null
    union
    select email_identifier as identifier
    from identities
    where email_identifier is not null
    union
    select phone_identifier as identifier
    from identities
    where phone_identifier is not null
)

select
    identifiers.identifier,
    {{ stable_id(['coalesce(named.customer_name, identifiers.identifier)']) }} as customer_id
from identifiers
left join named on named.identifier = identifiers.identifier
