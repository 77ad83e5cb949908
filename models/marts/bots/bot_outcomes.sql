with

conversations as (
    select * from {{ ref('int_bot_conversations_classified') }}
    where is_bot_inbound
),

outcomes as (
    select * from {{ ref('bot_outcome_tree') }}
)

select
    conversations.conversation_date,
    coalesce(conversations.channel, 'unknown') as channel,
    coalesce(conversations.topic, 'unknown') as topic,
    conversations.bot_outcome,
    outcomes.tree_order,
    count(*) as conversation_count,
    count(conversations.customer_id) as identified_count,
    {{ exact_sum_as_double('conversations.cost') }} as cost,
    outcomes.is_eligible,
    outcomes.is_escalated,
    outcomes.is_contained,
    outcomes.is_net_contained
from conversations
inner join outcomes on outcomes.bot_outcome = conversations.bot_outcome
group by
    conversations.conversation_date,
    coalesce(conversations.channel, 'unknown'),
    coalesce(conversations.topic, 'unknown'),
    conversations.bot_outcome,
    outcomes.tree_order,
    outcomes.is_eligible,
    outcomes.is_escalated,
    outcomes.is_contained,
    outcomes.is_net_contained
