with

segments as (
    select
        conversation_id,
        sum(handle_seconds) as handle_seconds
    from {{ ref('fct_handle_segments') }}
    group by conversation_id
)

select
    conversations.conversation_id,
    conversations.handle_seconds,
    segments.handle_seconds as segment_seconds
from {{ ref('fct_conversations') }} as conversations
left join segments on segments.conversation_id = conversations.conversation_id
where abs(coalesce(conversations.handle_seconds, 0) - coalesce(segments.handle_seconds, 0)) > 0.01
