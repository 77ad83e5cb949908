select conversations.conversation_id
from {{ ref('fct_conversations') }} as conversations
left join {{ ref('fct_repeats') }} as repeats on repeats.conversation_id = conversations.conversation_id
where
    conversations.repeats_within_7d
    and repeats.conversation_id is null
