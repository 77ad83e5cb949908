{#- What is known of a chat, by its own columns and its messages. -#}
{% set worked_seconds = seconds_between('worked_from', 'sent_at') -%}
with

chats as (
    select * from {{ accepted(ref('int_chats_judged')) }} as chats
),

turns as (
    select
        source_system,
        chat_id,
        min(first_customer_turn_at) as first_customer_turn_at,
        count(case when sender_type = 'customer' then 1 end) as customer_turn_count,
        count(case when sender_type = 'bot' and is_reply then 1 end) as bot_reply_count,
        count(case when sender_type = 'agent' and is_reply then 1 end) as human_reply_count,
        min(case when sender_type = 'bot' and is_reply then sent_at end) as first_bot_reply_at,
        min(case when sender_type = 'agent' and is_reply then sent_at end) as first_human_reply_at,
        max(case when sender_type = 'bot' then 1 else 0 end) = 1 as has_bot_turns,
        min(case when sender_type = 'agent' then sent_at end) < min(first_customer_turn_at) as is_opened_by_agent,
        {{ value_at_latest('sender_type', 'sent_at') }} as last_sender_type,
        {{ value_at_latest('is_fallback', 'sent_at') }} as is_last_fallback,
        {{ exact_sum_as_double("case when sender_type = 'agent' then " ~ worked_seconds ~ " end") }} as agent_seconds,
        {{ exact_sum_as_double("case when sender_type = 'bot' then " ~ worked_seconds ~ " end") }} as bot_seconds
    from {{ ref('int_chat_turns') }}
    group by source_system, chat_id
),

messages as (
    select
        source_system,
        chat_id,
        max(sent_at) as last_message_at,
        max(case when sender_type = 'other' and not is_automated then 1 else 0 end) = 1 as has_unknown_senders
    from {{ accepted(ref('int_chat_messages_judged')) }} as chat_messages
    group by source_system, chat_id
),

systems_with_messages as (
    select distinct source_system from messages
),

systems_with_joining as (
    select distinct source_system
    from chats
    where agent_joined_at is not null
),

systems_with_ends as (
    select distinct source_system
    from chats
    where ended_at is not null
),

-- Where a tool's messages land, nobody took part in a chat without one, unless its own columns name somebody: then its
-- messages were not kept. Where a chat's messages are not known, its own columns say who took part.
known as (
    select
        chats.*,
        turns.first_customer_turn_at,
        case when not messages.has_unknown_senders then turns.first_bot_reply_at end as first_bot_reply_at,
        case when not messages.has_unknown_senders then turns.first_human_reply_at end as first_written_human_reply_at,
        turns.agent_seconds,
        turns.bot_seconds,
        coalesce(turns.has_bot_turns, false) as has_bot_turns,
        coalesce(turns.is_opened_by_agent, false) as is_opened_by_agent,
        systems_with_joining.source_system is null as is_joining_unknown,
        not coalesce(days.are_days or days.are_sent, false) as has_times,
        case when not coalesce(days.are_ends, false) then chats.ended_at end as timed_end_at,
        coalesce(messages.has_unknown_senders, false) as has_unknown_senders,
        messages.last_message_at,
        coalesce(turns.customer_turn_count, 0) as customer_turn_count,
        coalesce(turns.bot_reply_count, 0) as bot_reply_count,
        coalesce(turns.human_reply_count, 0) as human_reply_count,
        coalesce(turns.last_sender_type = 'customer' or turns.is_last_fallback, false) as is_left_unanswered,
        coalesce(
            end_reasons.is_normal_end, chats.ended_at is not null or systems_with_ends.source_system is null
        ) as is_normal_end,
        coalesce(end_reasons.is_handed_over, false) as is_passed_on,
        coalesce(end_reasons.is_blocked, false)
        or coalesce(chats.handover_reason in ('error', 'outage', 'usage_limit'), false) as is_blocked,
        coalesce(not messages.has_unknown_senders, false)
        or (
            messages.chat_id is null
            and systems_with_messages.source_system is not null
            and coalesce(chats.agent_joined_at, chats.handover_requested_at) is null
            and chats.chat_outcome is null
        ) as knows_messages
    from chats
    left join messages
        on
            messages.source_system = chats.source_system
            and messages.chat_id = chats.chat_id
    left join turns
        on
            turns.source_system = chats.source_system
            and turns.chat_id = chats.chat_id
    left join systems_with_messages on systems_with_messages.source_system = chats.source_system
    left join systems_with_joining on systems_with_joining.source_system = chats.source_system
    left join systems_with_ends on systems_with_ends.source_system = chats.source_system
    left join {{ ref('chat_end_reasons') }} as end_reasons on end_reasons.end_reason = chats.end_reason
    left join {{ days_by_system({
        'are_days': (
            'chats', ['started_at', 'handover_requested_at', 'handover_accepted_at', 'queued_at', 'agent_joined_at']
        ),
        'are_ends': ('chats', ['ended_at']), 'are_sent': ('chat_messages', ['sent_at']),
    }) }} as days on days.source_system = chats.source_system
)

-- Where neither its end nor a message landed, it lasted at least until the last thing known of it. A person whom the chat
-- names served it where the tool never says when they join.
select
    *,
    bot_id is not null or has_bot_turns as is_bot_involved,
    bot_reply_count > 0 or (bot_id is not null and not knows_messages) as is_bot_served,
    case when knows_messages then first_written_human_reply_at else agent_joined_at end as first_human_reply_at,
    not knows_messages and is_joining_unknown and agent_id is not null as is_served_unseen,
    coalesce(agent_joined_at, first_written_human_reply_at) as human_joined_at,
    -- One who wrote is of no known kind, in a tool that never says who joined: nobody knows whether a person answered.
    has_unknown_senders and is_joining_unknown and agent_id is null as is_answer_unknown,
    coalesce(queued_at, handover_requested_at) is not null as has_asked_for_human,
    knows_messages and customer_turn_count = 0 as is_unengaged,
    coalesce(is_proactive, knows_messages and is_opened_by_agent) as is_begun_by_us,
    case
        when has_times then case when knows_messages then coalesce(first_customer_turn_at, started_at) else started_at end
    end as clock_started_at,
    coalesce(
        timed_end_at,
        greatest(ended_at, last_message_at),
        greatest(started_at, queued_at, handover_requested_at, agent_joined_at)
    ) as left_at,
    case
        when not has_times then null
        when knows_messages then agent_seconds
        else {{ seconds_within('agent_joined_at', 'timed_end_at', var('chat_handle_limit_minutes')) }}
    end as handle_seconds
from known
