{#-
    How the accounts of a database are called. The only account with conversations keeps the name of its source; where there are
    several, each is a source system of its own: customers, numbers and agents of two companies have nothing in common.
-#}
with

known as (
    select
        conversations.source_system as landed_system,
        coalesce(conversations.account_id, '') as account_id,
        max(1) as has_conversations
    from {{ vendor_table('chatwoot', 'conversations') }} as conversations
    group by conversations.source_system, coalesce(conversations.account_id, '')

    union all

    select distinct
        people.source_system as landed_system,
        people.account_id,
        0 as has_conversations
    from {{ vendor_table('chatwoot', 'account_users') }} as people
),

accounts as (
    select
        landed_system,
        account_id,
        max(has_conversations) as has_conversations
    from known
    group by landed_system, account_id
),

counted as (
    select
        *,
        sum(has_conversations) over (partition by landed_system) as busy_count,
        count(*) over (partition by landed_system) as account_count
    from accounts
)

select
    landed_system,
    account_id,
    case
        when busy_count = has_conversations and (has_conversations = 1 or account_count = 1) then landed_system
        else landed_system || '_' || account_id
    end as source_system
from counted
