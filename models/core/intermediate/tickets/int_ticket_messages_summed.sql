with

messages as (
    select
        *,
        is_public and not is_automated and sender_type in ('agent', 'bot') as is_reply,
        is_public and not is_automated and sender_type = 'customer' as is_customer_turn
    from {{ ref('int_ticket_messages_accepted') }}
),

solves as (
    select * from {{ ref('int_ticket_solves_summed') }}
),

placed as (
    select
        messages.source_system,
        messages.ticket_id,
        coalesce(later.conversation_seq, 1) as conversation_seq,
        messages.message_id,
        messages.sent_at,
        messages.sender_type,
        messages.sender_id,
        messages.is_public,
        messages.is_reply,
        messages.is_customer_turn
    from messages
    {{ join_later_conversations('messages', 'sent_at') }}
)

select
    placed.source_system,
    placed.ticket_id,
    placed.conversation_seq,
    min(case when placed.is_reply then placed.sent_at end) as first_reply_at,
    min(case when placed.is_reply and placed.sender_type = 'bot' then placed.sent_at end) as first_bot_reply_at,
    min(case when placed.is_reply and placed.sender_type = 'agent' then placed.sent_at end) as first_human_reply_at,
    max(case when placed.is_reply then placed.sent_at end) as last_reply_at,
    max(case when placed.is_public then placed.sent_at end) as last_public_at,
    -- Back after the first solve: a reopening only if somebody had to answer.
    min(
        case when placed.is_customer_turn and placed.sent_at > solves.first_solved_at then placed.sent_at end
    ) as first_returned_at,
    {{ value_at_latest(
        "case when placed.is_reply and placed.sender_type = 'agent' then placed.sender_id end",
        "case when placed.is_reply and placed.sender_type = 'agent' then placed.sent_at end"
    ) }} as last_replying_agent_id,
    count(case when placed.is_customer_turn then 1 end) as customer_turn_count,
    count(case when placed.is_reply and placed.sender_type = 'agent' then 1 end) as human_reply_count,
    count(case when placed.is_reply and placed.sender_type = 'bot' then 1 end) as bot_reply_count
from placed
left join solves
    on
        solves.source_system = placed.source_system
        and solves.ticket_id = placed.ticket_id
        and solves.conversation_seq = placed.conversation_seq
group by
    placed.source_system,
    placed.ticket_id,
    placed.conversation_seq
