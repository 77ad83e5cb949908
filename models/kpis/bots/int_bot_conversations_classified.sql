{{ config(materialized='view') }}
{#-
    In which counts of bots each conversation is. Its outcome is given in fct_conversations; what each outcome counts as
    stands in the seed bot_outcome_tree.
-#}
with

conversations as (
    select
        classified.*,
        classified.responder = 'bot'
        or (
            classified.responder = 'hybrid'
            and coalesce(classified.first_bot_response_at <= classified.first_human_response_at, true)
        ) as is_first_served_by_bot
    from {{ ref('int_conversations_classified') }} as classified
),

-- What customers said afterwards: unhappy if one of their answers about satisfaction or resolution is below the top box.
verdicts as (
    select
        conversation_id,
        min(case when is_top_box then 1 else 0 end) = 0 as is_unhappy
    from {{ ref('int_responses_classified') }}
    where
        question in ('csat', 'resolved')
        and scale is not null
        and is_response_counted
        and conversation_id is not null
    group by conversation_id
)

select
    conversations.*,
    topics.topic_tier,
    coalesce(verdicts.is_unhappy, false) as is_unhappy,

    -- A conversation without a word from the customer is not countable, but shows whether bots engage.
    conversations.bot_outcome is not null
    and (conversations.is_countable or conversations.exclusion_reason = 'unengaged') as is_bot_inbound,
    conversations.bot_outcome is not null and conversations.is_countable as is_bot_involved,
    conversations.is_countable and coalesce(outcomes.is_engaged, false) as is_bot_engaged,
    conversations.is_countable and coalesce(outcomes.is_eligible, false) as is_bot_eligible,
    conversations.is_countable and coalesce(conversations.bot_outcome = 'pending', false) as is_bot_undecided,
    conversations.is_countable and coalesce(outcomes.is_escalated, false) as is_bot_escalated,
    conversations.is_countable and coalesce(outcomes.is_contained, false) as is_bot_contained,
    conversations.is_countable and coalesce(outcomes.is_net_contained, false) as is_bot_net_contained,
    conversations.is_countable and coalesce(outcomes.is_stated_resolved, false) as is_bot_stated_resolved,
    -- As vendors count: contained, unless the customer says that it is not resolved or is unhappy.
    conversations.is_countable
    and coalesce(outcomes.is_contained, false)
    and not (conversations.resolution_evidence = 'stated' and not conversations.is_resolved)
    and not coalesce(verdicts.is_unhappy, false) as is_bot_unopposed,

    conversations.bot_outcome is not null
    and conversations.is_first_served_by_bot
    and conversations.is_first_contact_24h as is_bot_first_contact_24h,
    conversations.bot_outcome is not null
    and conversations.is_first_served_by_bot
    and conversations.is_first_contact_48h as is_bot_first_contact_48h,
    conversations.responder = 'bot' as is_served_by_bot_alone
from conversations
left join {{ ref('bot_outcome_tree') }} as outcomes on outcomes.bot_outcome = conversations.bot_outcome
left join {{ ref('topics') }} as topics on topics.topic = conversations.topic
left join verdicts on verdicts.conversation_id = conversations.conversation_id
