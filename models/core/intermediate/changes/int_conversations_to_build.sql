{#- All conversations, now or before, of the customers whose contacts are followed anew, and those that moved without one. -#}
with

customers as (
    select * from {{ ref('int_customers_to_build') }}
),

conversations as (
    select
        conversation_id,
        customer_id
    from {{ ref('int_conversations_identified') }}
    union all
    {{ conversations_before(['conversation_id', 'customer_id']) }}
)

select conversations.conversation_id
from conversations
inner join customers on customers.customer_id = conversations.customer_id
union
select conversation_id from {{ ref('int_conversations_moved') }}
