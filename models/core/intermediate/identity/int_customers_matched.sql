{#-
    Connected components over identifiers that were seen together. An identifier's name is the least one that was seen
    with it; names that some identifier links are one customer's. Each takes the least name next to it, which unites
    nearly all; the few that are left are followed from one to the next, and the least holds.
-#}
with recursive

names_linked as (
    select distinct
        first_name as one,
        name as other
    from {{ ref('int_identifiers_seen') }}
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
from {{ ref('int_identifiers_seen') }} as identifiers
left join renamed on renamed.name = identifiers.name
left join customers on customers.name = coalesce(renamed.new_name, identifiers.name)
where identifiers.is_naming
