{#-
    Issues, from the contacts that int_contacts_chained puts into one. Decided here: which contact is an issue's first, and
    whether the issue is resolved, which is how its last contact ended.
-#}
with

conversations as (
    select
        contacts.*,
        cutoff.as_of
    from {{ ref('fct_conversations') }} as contacts
    cross join {{ ref('stg_landing__as_of') }} as cutoff
    where contacts.issue_id is not null
),

-- The first contact is the first that was served; where none was served, the earliest.
ranked as (
    select
        *,
        row_number() over (
            partition by issue_id
            order by case when is_first_contact_48h then 0 else 1 end, started_at, conversation_id
        ) as first_contact_rank,
        row_number() over (
            partition by issue_id
            order by started_at desc, conversation_id desc
        ) as last_contact_rank
    from conversations
)

select
    issue_id,
    max(case when first_contact_rank = 1 then conversation_id end) as first_conversation_id,
    max(case when last_contact_rank = 1 then conversation_id end) as last_conversation_id,
    max(customer_id) as customer_id,

    max(case when first_contact_rank = 1 then channel end) as channel,
    max(topic) as topic,
    max(case when first_contact_rank = 1 then team end) as team,
    max(case when first_contact_rank = 1 then responder end) as responder,
    max(case when first_contact_rank = 1 then bot_id end) as bot_id,

    count(*) as conversation_count,
    count(case when is_served then 1 end) as served_conversation_count,
    count(distinct channel) as channel_count,
    cast(sum(customer_turn_count) as bigint) as customer_turn_count,
    {{ exact_sum_as_double('handle_seconds') }} as handle_seconds,
    {{ exact_sum_as_double('cost') }} as cost,

    -- An issue is resolved if its last conversation is.
    max(case when last_contact_rank = 1 and is_resolved then 1 else 0 end) = 1 as is_resolved,
    max(case when is_served then 1 else 0 end) = 1 as is_served,
    max(case when first_contact_rank = 1 and is_fcr_mature_48h then 1 else 0 end) = 1 as is_fcr_mature,
    -- Until its window has passed an issue may still grow.
    max(as_of) >= {{ hours_after('max(ended_at)', var('issue_window_hours')) }} as is_closed,
    count(distinct channel) > 1 as is_cross_channel,

    min(conversation_date) as issue_date,
    min(started_at) as started_at,
    max(ended_at) as ended_at
from ranked
group by issue_id
