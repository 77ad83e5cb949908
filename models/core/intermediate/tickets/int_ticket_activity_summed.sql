{#-
    What was said in each conversation of a ticket, how it was solved and reopened, which solve lasted, and what its log tells. A
    log that holds no change of status tells of no reopening.
-#}
{% set is_work = "events.event_type = 'work_logged'" -%}
{% set is_bots = "coalesce(events.actor_type = 'bot', false)" -%}
with

messages as (
    select
        replies.*,
        conversations.conversation_id
    from {{ ref('int_ticket_replies') }} as replies
    {{ join_conversation_of('replies', 'sent_at') }}
),

-- What a conversation began with has not reopened it.
turns as (
    select
        turns.*,
        conversations.conversation_id,
        case
            when not turns.is_solve and (conversations.conversation_seq = 1 or turns.occurred_at > conversations.started_at)
                then coalesce(turns.actor_type, 'other')
        end as reopened_by
    from {{ ref('int_ticket_turns') }} as turns
    {{ join_conversation_of('turns', 'occurred_at') }}
),

solves as (
    select
        conversation_id,
        min(case when is_solve then occurred_at end) as first_solved_at,
        max(case when is_solve then occurred_at end) as last_solved_at,
        max(case when not is_solve then occurred_at end) as last_reopened_at,
        max(case when not is_solve and actor_type = 'agent' then occurred_at end) as last_reopened_by_agent_at,
        min(case when reopened_by = 'customer' then occurred_at end) as first_reopened_by_customer_at,
        max(case when reopened_by = 'other' then occurred_at end) as last_reopened_by_unknown_at
    from turns
    group by conversation_id
),

-- A customer who is back after the first solve has reopened the ticket only if somebody had to answer.
messages_summed as (
    select
        messages.conversation_id,
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
    left join solves on solves.conversation_id = messages.conversation_id
    group by messages.conversation_id
),

-- The solve that lasted: the first one after the last reply and after an agent took the ticket up again by themselves.
-- A thank-you note reopens and closes it again without either, and moves nothing.
lasting_solves as (
    select
        turns.conversation_id,
        min(turns.occurred_at) as resolved_at
    from turns
    inner join solves on solves.conversation_id = turns.conversation_id
    inner join messages_summed on messages_summed.conversation_id = turns.conversation_id
    where
        turns.is_solve
        and not messages_summed.has_unknown_senders
        and coalesce(turns.occurred_at >= greatest(messages_summed.last_reply_at, solves.last_reopened_by_agent_at), true)
    group by turns.conversation_id
),

systems_with_status_changes as (
    select distinct source_system from {{ accepted(ref('int_ticket_events_judged')) }} as events
    where event_type = 'status_change'
),

events_summed as (
    select
        conversations.conversation_id,
        {{ exact_sum_as_double("case when " ~ is_work ~ " and not " ~ is_bots ~ " then events.work_seconds end") }}
        as work_seconds,
        {{ exact_sum_as_double("case when " ~ is_work ~ " and " ~ is_bots ~ " then events.work_seconds end") }}
        as bot_work_seconds,
        max(case when events.event_type = 'escalation' then 1 else 0 end) as escalations,
        max(case when events.actor_type = 'agent' then 1 else 0 end) as agent_events,
        max(case when {{ is_bots }} and events.event_type in ('status_change', 'work_logged') then 1 else 0 end) as bot_events
    from {{ accepted(ref('int_ticket_events_judged')) }} as events
    {{ join_conversation_of('events', 'occurred_at') }}
    group by conversations.conversation_id
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
    coalesce(lasting_solves.resolved_at, solves.last_solved_at) as resolved_at,
    systems_with_status_changes.source_system is not null as has_log,
    events_summed.work_seconds,
    events_summed.bot_work_seconds,
    coalesce(events_summed.escalations, 0) = 1 as is_escalated,
    coalesce(events_summed.agent_events, 0) = 1 as has_agent_events,
    coalesce(events_summed.bot_events, 0) = 1 as has_bot_events
from {{ ref('int_ticket_conversations') }} as conversations
left join messages_summed on messages_summed.conversation_id = conversations.conversation_id
left join solves on solves.conversation_id = conversations.conversation_id
left join lasting_solves on lasting_solves.conversation_id = conversations.conversation_id
left join events_summed on events_summed.conversation_id = conversations.conversation_id
left join systems_with_status_changes on systems_with_status_changes.source_system = conversations.source_system
