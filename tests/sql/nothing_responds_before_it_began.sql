select
    conversation_id,
    first_response_seconds,
    first_human_response_seconds,
    resolution_seconds
from {{ ref('fct_conversations') }}
where
    first_response_seconds < 0
    or first_human_response_seconds < 0
    or resolution_seconds < 0
    or handle_seconds < 0
    or ended_at < started_at
    or first_response_business_seconds > first_response_seconds + 1e-6
