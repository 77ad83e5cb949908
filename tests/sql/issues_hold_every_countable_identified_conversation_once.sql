with

issues as (
    select sum(conversation_count) as conversation_count from {{ ref('fct_issues') }}
),

conversations as (
    select count(*) as conversation_count
    from {{ ref('fct_conversations') }}
    where is_countable and customer_id is not null
)

select
    issues.conversation_count as in_issues,
    conversations.conversation_count as in_fact
from issues
cross join conversations
where coalesce(issues.conversation_count, 0) <> conversations.conversation_count
