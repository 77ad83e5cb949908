{#- What was said in each conversation of a ticket, how it was solved and reopened, and which solve lasted. -#}
with

messages as (
    select
        replies.*,
        coalesce(later.conversation_seq, 1) as conversation_seq
    from {{ ref('int_ticket_replies') }} as replies
    {{ join_later_conversations('replies', 'sent_at') }}
),

turns as (
    select
        turns.source_system,
        turns.ticket_id,
        coalesce(later.conversation_seq, 1) as conversation_seq,
        turns.occurred_at,
        turns.actor_type,
        turns.is_solve,
        -- What a conversation began with has not reopened it.
        case
            when not turns.is_solve and coalesce(turns.occurred_at > later.started_at, true)
                then coalesce(turns.actor_type, 'other')
        end as reopened_by
    from {{ ref('int_ticket_turns') }} as turns
    {{ join_later_conversations('turns', 'occurred_at') }}
),

solves as (
    select
        source_system,
        ticket_id,
        conversation_seq,
        min(case when is_solve then occurred_at end) as first_solved_at,
        max(case when is_solve then occurred_at end) as last_solved_at,
        max(case when not is_solve then occurred_at end) as last_reopened_at,
        max(case when not is_solve and actor_type = 'agent' then occurred_at end) as last_reopened_by_agent_at,
        min(case when reopened_by = 'customer' then occurred_at end) as first_reopened_by_customer_at,
        max(case when reopened_by = 'other' then occurred_at end) as last_reopened_by_unknown_at
    from turns
    group by source_system, ticket_id, conversation_seq
),

-- A customer who is back after the first solve has reopened the ticket only if somebody had to answer.
messages_summed as (
    select
        messages.source_system,
        messages.ticket_id,
        messages.conversation_seq,
        min(case when messages.is_reply then messages.sent_at end) as first_reply_at,
        min(case when messages.is_reply and messages.sender_type = 'bot' then messages.sent_at end) as first_bot_reply_at,
        min(case when messages.is_reply and messages.sender_type = 'agent' then messages.sent_at end) as first_human_reply_at,
        max(case when messages.is_reply then messages.sent_at end) as last_reply_at,
        max(case when messages.is_public then messages.sent_at end) as last_public_at,
        min(case when messages.is_customer_turn and messages.sent_at > solves.first_solved_at then messages.sent_at end)
        as first_returned_at,
        {{ value_at_latest(
            "case when messages.is_reply and messages.sender_type = 'agent' then messages.sender_id end",
            "case when messages.is_reply and messages.sender_type = 'agent' then messages.sent_at end"
        ) }} as last_replying_agent_id,
        count(case when messages.is_customer_turn then 1 end) as customer_turn_count,
        count(case when messages.is_reply and messages.sender_type = 'agent' then 1 end) as human_reply_count,
        count(case when messages.is_reply and messages.sender_type = 'bot' then 1 end) as bot_reply_count,
        max(case when messages.has_unknown_senders then 1 else 0 end) = 1 as has_unknown_senders,
        max(case when messages.is_opened_by_us then 1 else 0 end) = 1 as is_opened_by_us,
        min(messages.asked_at) as asked_at
    from messages
    left join solves
        on
            solves.source_system = messages.source_system
            and solves.ticket_id = messages.ticket_id
            and solves.conversation_seq = messages.conversation_seq
    group by messages.source_system, messages.ticket_id, messages.conversation_seq
),

-- The solve that lasted: the first one after the last reply and after an agent took the ticket up again by themselves.
-- A thank-you note reopens and closes it again without either, and moves nothing.
lasting_solves as (
    select
        turns.source_system,
        turns.ticket_id,
        turns.conversation_seq,
        min(turns.occurred_at) as resolved_at
    from turns
    inner join solves
        on
            solves.source_system = turns.source_system
            and solves.ticket_id = turns.ticket_id
            and solves.conversation_seq = turns.conversation_seq
    inner join messages_summed
        on
            messages_summed.source_system = turns.source_system
            and messages_summed.ticket_id = turns.ticket_id
            and messages_summed.conversation_seq = turns.conversation_seq
    where
        turns.is_solve
        and not messages_summed.has_unknown_senders
        and coalesce(turns.occurred_at >= greatest(messages_summed.last_reply_at, solves.last_reopened_by_agent_at), true)
    group by turns.source_system, turns.ticket_id, turns.conversation_seq
)

select
    conversations.source_system,
    conversations.ticket_id,
    conversations.conversation_seq,
    conversations.started_at,
    conversations.next_started_at,
    messages_summed.first_reply_at,
    messages_summed.first_bot_reply_at,
    messages_summed.first_human_reply_at,
    messages_summed.last_reply_at,
    messages_summed.last_public_at,
    messages_summed.first_returned_at,
    messages_summed.last_replying_agent_id,
    messages_summed.customer_turn_count,
    messages_summed.human_reply_count,
    messages_summed.bot_reply_count,
    coalesce(messages_summed.has_unknown_senders, false) as has_unknown_senders,
    coalesce(conversations.is_outbound, max(case when messages_summed.is_opened_by_us then 1 end) over (
        partition by conversations.source_system, conversations.ticket_id
    ) = 1, false) as is_outbound,
    case when conversations.conversation_seq = 1 then coalesce(messages_summed.asked_at, conversations.started_at)
        else conversations.started_at
    end as clock_started_at,
    solves.first_solved_at,
    solves.last_solved_at,
    solves.last_reopened_at,
    solves.first_reopened_by_customer_at,
    solves.last_reopened_by_unknown_at,
    coalesce(lasting_solves.resolved_at, solves.last_solved_at) as resolved_at
from {{ ref('int_ticket_conversations') }} as conversations
left join messages_summed
    on
        messages_summed.source_system = conversations.source_system
        and messages_summed.ticket_id = conversations.ticket_id
        and messages_summed.conversation_seq = conversations.conversation_seq
left join solves
    on
        solves.source_system = conversations.source_system
        and solves.ticket_id = conversations.ticket_id
        and solves.conversation_seq = conversations.conversation_seq
left join lasting_solves
    on
        lasting_solves.source_system = conversations.source_system
        and lasting_solves.ticket_id = conversations.ticket_id
        and lasting_solves.conversation_seq = conversations.conversation_seq
