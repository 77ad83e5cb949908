select conversation_id
from {{ ref('fct_conversations') }}
where
    (repeats_within_24h and not repeats_any_within_24h)
    or (repeats_within_48h and not repeats_any_within_48h)
    or (repeats_within_7d and not repeats_any_within_7d)
