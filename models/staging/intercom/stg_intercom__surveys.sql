{#-
    The mark of a conversation, and the mark of the AI agent. When a mark was asked for is not landed: the part that says that it was
    given comes nearest. Of the AI agent's mark no time lands at all: its last message stands for it.
-#}
with

rated as (
    select
        conversations.*,
        facts.customer_id,
        facts.customer_email,
        facts.customer_phone,
        walk.first_rated_at,
        coalesce(walk.last_bot_at, conversations.updated_at, conversations.created_at) as ai_rated_at,
        case when conversations.channel = 'email' then 'email' else 'in_chat' end as mode
    from {{ ref('base_intercom__conversations') }} as conversations
    inner join {{ ref('base_intercom__walk') }} as walk
        on
            walk.source_system = conversations.source_system
            and walk.conversation_id = conversations.conversation_id
    inner join {{ ref('base_intercom__facts') }} as facts
        on
            facts.source_system = conversations.source_system
            and facts.conversation_id = conversations.conversation_id
    where
        (conversations.rating is not null or conversations.ai_agent_rating is not null)
        and not (conversations.is_deleted and conversations.entity <> 'ticket')
),

marks as (
    select
        *,
        'mark' as what,
        rating as score,
        least(coalesce(first_rated_at, rating_created_at, updated_at), coalesce(rating_created_at, first_rated_at, updated_at))
        as asked_at,
        coalesce(rating_created_at, first_rated_at, updated_at) as answered_at
    from rated
    where rating is not null

    union all

    select
        *,
        'ai_mark' as what,
        ai_agent_rating as score,
        ai_rated_at as asked_at,
        ai_rated_at as answered_at
    from rated
    where ai_agent_rating is not null
)

select
    what || ':' || conversation_id as survey_id,
    source_system,
    entity as conversation_type,
    conversation_id,
    source_system as conversation_source_system,
    customer_id,
    customer_email,
    customer_phone,
    'csat' as question,
    mode,
    asked_at as sent_at,
    true as delivered,
    answered_at as responded_at,
    score,
    cast(1 as {{ type_double() }}) as scale_min,
    cast(5 as {{ type_double() }}) as scale_max,
    true as higher_is_better,
    cast(null as bigint) as comment_length,
    loaded_at,
    case when what = 'mark' then landed_file_name else landed_file_name || '#2' end as landed_file_name,
    landed_line_number
from marks
