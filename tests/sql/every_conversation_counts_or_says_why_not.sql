select
    conversation_id,
    is_countable,
    exclusion_reason
from {{ ref('fct_conversations') }}
where is_countable <> (exclusion_reason is null)
