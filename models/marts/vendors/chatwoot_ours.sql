{#-
    What the core says of each conversation that Chatwoot holds, in one row. A ticket that came back to life is one conversation there.
-#}
with

turns as (
    select
        conversation_id,
        avg(waiting_seconds) as reply_seconds,
        avg(waiting_business_seconds) as reply_business_seconds,
        count(*) as reply_count
    from {{ ref('fct_response_turns') }}
    where responder = 'human' and is_answered and not is_first_human_turn
    group by conversation_id
),

ratings as (
    select
        conversation_id,
        {{ value_at_latest('score', 'responded_at') }} as rating
    from {{ ref('fct_survey_responses') }}
    where question = 'csat' and is_answered
    group by conversation_id
)

select
    held.landed_system,
    held.conversation_id,
    max(case when ours.conversation_seq = 1 then ours.first_human_response_seconds end) as first_response_seconds,
    max(case when ours.conversation_seq = 1 then ours.first_human_response_business_seconds end)
    as first_response_business_seconds,
    sum(turns.reply_seconds * turns.reply_count) / sum(turns.reply_count) as reply_seconds,
    sum(turns.reply_business_seconds * turns.reply_count) / sum(turns.reply_count) as reply_business_seconds,
    avg(ours.resolution_seconds) as resolution_seconds,
    avg(ours.resolution_business_seconds) as resolution_business_seconds,
    avg(case when handovers.requested_at is not null then ours.human_resolution_seconds end) as human_resolution_seconds,
    max(ratings.rating) as rating,
    count(ours.conversation_id) - 1 + sum(case when ours.is_reopened then 1 else 0 end) as reopening_count,
    sum(case when ours.is_resolved and ours.responder = 'bot' then 1 else 0 end) as bot_resolved_count,
    count(handovers.conversation_id) as handover_count,
    max(turns.reply_count) as reply_count,
    max(ours.exclusion_reason) as exclusion_reason,
    min(ours.human_clock_started_at) as human_clock_started_at,
    max(case when ours.is_resolved then 1 else 0 end) = 1 as is_resolved,
    max(case when ours.responder in ('bot', 'hybrid') then 1 else 0 end) = 1 as has_bot_answers
from {{ ref('base_chatwoot__conversations') }} as held
inner join {{ ref('fct_conversations') }} as ours
    on
        ours.source_system = held.source_system
        and ours.source_conversation_id = held.conversation_id
        and ours.source_type = case when held.is_ticket then 'ticket' else 'chat' end
left join turns on turns.conversation_id = ours.conversation_id
left join ratings on ratings.conversation_id = ours.conversation_id
left join {{ ref('fct_handovers') }} as handovers on handovers.conversation_id = ours.conversation_id
group by held.landed_system, held.conversation_id
