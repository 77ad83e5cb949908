with

contacts as (
    select
        customer_id,
        count(*) as conversation_count,
        count(distinct source_system) as source_system_count,
        count(distinct channel) as channel_count,
        min(case identity_evidence when 'id' then 1 when 'email' then 2 else 3 end) as evidence_rank,
        min(started_at) as first_contact_at,
        max(started_at) as last_contact_at
    from {{ ref('int_conversations_identified') }}
    where customer_id is not null
    group by customer_id
),

identifiers as (
    select
        customer_id,
        count(*) as identifier_count
    from {{ ref('int_customers_matched') }}
    group by customer_id
)

select
    identifiers.customer_id,
    case contacts.evidence_rank when 1 then 'id' when 2 then 'email' when 3 then 'phone' end as identity_evidence,
    identifiers.identifier_count,
    coalesce(contacts.source_system_count, 0) as source_system_count,
    coalesce(contacts.channel_count, 0) as channel_count,
    coalesce(contacts.conversation_count, 0) as conversation_count,
    contacts.first_contact_at,
    contacts.last_contact_at
from identifiers
left join contacts on contacts.customer_id = identifiers.customer_id
