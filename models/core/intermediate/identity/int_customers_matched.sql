{#-
    Connected components over identifiers that were seen together. An identifier's name is the least one that was seen
    with it; names that some identifier links are one customer's. Each takes the least name next to it, which unites
    nearly all; the few that are left are followed from one to the next, and the least holds.
-#}
with recursive

-- Kinds sort by their first letter: the least identifier of a contact is the first that is there.
identities as (
    select
        id_identifier,
        case when not is_email_shared then email_identifier end as email_identifier,
        case when not is_phone_shared then phone_identifier end as phone_identifier
    from {{ ref('int_contact_identities') }}
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
),

-- An identifier is named after the least one that was ever seen with it, or itself.
identifiers as (
    select
        identifier,
        first_name,
        min(first_name) over by_identifier as name,
        row_number() over by_identifier = 1 as is_naming
    from seen
    where identifier is not null
    window by_identifier as (partition by identifier order by first_name)
),

names_linked as (
    select distinct
        first_name as one,
        name as other
    from identifiers
    where first_name <> name
),

linked_names as (
    select
        one as name,
        least(one, other) as least_name
    from names_linked
    union all
    select
        other as name,
        least(one, other) as least_name
    from names_linked
),

renamed as (
    select
        name,
        min(least_name) as new_name
    from linked_names
    group by name
),

links as (
    select distinct
        linked_names.least_name as one,
        renamed.new_name as other
    from linked_names
    inner join renamed on renamed.name = linked_names.name
    where linked_names.least_name <> renamed.new_name
),

neighbours as (
    select
        one as from_name,
        other as to_name
    from links
    union all
    select
        other as from_name,
        one as to_name
    from links
),

-- The least name of a customer is less than all its neighbours: only such ones spread.
seeds as (
    select from_name as customer_name
    from neighbours
    group by from_name
    having from_name < min(to_name)
),

reached as (
    select
        customer_name,
        customer_name as name
    from seeds

    union

    select
        reached.customer_name,
        neighbours.to_name as name
    from reached
    inner join neighbours on neighbours.from_name = reached.name
    where neighbours.to_name > reached.customer_name
),

customers as (
    select
        name,
        min(customer_name) as customer_name
    from reached
    group by name
)

select
    identifiers.identifier,
    {{ stable_id(['coalesce(customers.customer_name, renamed.new_name, identifiers.name)']) }} as customer_id
from identifiers
left join renamed on renamed.name = identifiers.name
left join customers on customers.name = coalesce(renamed.new_name, identifiers.name)
where identifiers.is_naming
