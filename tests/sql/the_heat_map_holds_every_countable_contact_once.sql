with

contacts as (
    select count(*) as contact_count
    from {{ ref('fct_conversations') }}
    where is_countable
),

hours as (
    select
        grain,
        sum(contact_count) as contact_count
    from {{ ref('contacts_by_hour') }}
    group by grain
)

select
    hours.grain,
    hours.contact_count,
    contacts.contact_count as fact_count
from hours
cross join contacts
where hours.contact_count <> contacts.contact_count
