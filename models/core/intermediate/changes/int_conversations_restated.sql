{#-
    Conversations whose share of money or of an agent's time is another one than before, with their shares. Empty unless the
    landing has only grown.
-#}
with

conversations_before as (
    {{ conversations_before(['conversation_id', 'customer_id'], ['cost', 'bot_cost', 'allocated_handle_seconds']) }}
)

select
    conversations_before.conversation_id,
    conversations_before.customer_id,
    costs.cost,
    costs.bot_cost,
    allocated.allocated_handle_seconds
from conversations_before
left join {{ ref('int_conversation_costs') }} as costs
    on costs.conversation_id = conversations_before.conversation_id
left join {{ ref('int_conversation_allocations') }} as allocated
    on allocated.conversation_id = conversations_before.conversation_id
where
    {{ landing_has_grown() }}
    and (
        {{ differ('costs.cost', 'conversations_before.cost') }}
        or {{ differ('costs.bot_cost', 'conversations_before.bot_cost') }}
        or {{ differ('allocated.allocated_handle_seconds', 'conversations_before.allocated_handle_seconds') }}
    )
