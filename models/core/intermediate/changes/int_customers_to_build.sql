{#- Whose contacts are followed anew: all who had, or have now, a conversation that moved. -#}
select customer_id
from {{ ref('int_conversations_moved') }}
where customer_id is not null
union
select customer_id_before as customer_id
from {{ ref('int_conversations_moved') }}
where customer_id_before is not null
