{#- Chats only: a menu that passes a call on is no bot. -#}
with

escalated as (
    select count(*) as conversation_count
    from {{ ref('fct_conversations') }}
    where bot_outcome in ('escalated_connected', 'escalated_lost')
),

handed_over as (
    select count(*) as conversation_count
    from {{ ref('fct_handovers') }} as handovers
    inner join {{ ref('fct_conversations') }} as conversations
        on conversations.conversation_id = handovers.conversation_id
    where conversations.bot_outcome <> 'pending'
)

select
    escalated.conversation_count as escalated_count,
    handed_over.conversation_count as handover_count
from escalated
cross join handed_over
where escalated.conversation_count <> handed_over.conversation_count
