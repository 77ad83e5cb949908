{#- The fact's word and the access family's are about the same people. Chats that nobody answered were not all given up. -#}
select
    conversation_id,
    is_abandoned,
    queue_outcome
from {{ ref('fct_conversations') }}
where
    is_countable
    and is_abandoned
    and coalesce(queue_outcome, 'none') not in ('abandoned', 'left_in_menu')
