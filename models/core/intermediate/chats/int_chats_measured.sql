{#- Decides of a chat: is_resolved, is_served, queue_outcome, what the bot did, exclusion_reason. -#}
with

messages as (
    select * from {{ ref('int_chat_messages_summed') }}
),

systems_with_messages as (
    select distinct source_system from messages
),

-- Where a tool's messages land, nobody took part in a chat without one, unless its own columns name somebody: then its
-- messages were not kept. Where a chat's messages are not known, its own columns say who took part.
known as (
    select
        chats.*,
        messages.first_bot_reply_at,
        messages.first_human_reply_at as first_written_human_reply_at,
        messages.last_message_at,
        coalesce(messages.customer_turn_count, 0) as customer_turn_count,
        coalesce(messages.bot_reply_count, 0) as bot_reply_count,
        coalesce(messages.human_reply_count, 0) as human_reply_count,
        coalesce(messages.last_sender_type = 'customer' or messages.is_last_fallback, false) as is_left_unanswered,
        coalesce(end_reasons.is_normal_end, chats.ended_at is not null) as is_normal_end,
        coalesce(end_reasons.is_blocked, false)
        or coalesce(chats.handover_reason in ('error', 'outage', 'usage_limit'), false) as is_blocked,
        messages.chat_id is not null
        or (
            systems_with_messages.source_system is not null
            and coalesce(chats.agent_joined_at, chats.handover_requested_at) is null
            and chats.chat_outcome is null
        ) as knows_messages
    from {{ accepted(ref('int_chats_judged')) }} as chats
    left join messages
        on
            messages.source_system = chats.source_system
            and messages.chat_id = chats.chat_id
    left join systems_with_messages on systems_with_messages.source_system = chats.source_system
    left join {{ ref('chat_end_reasons') }} as end_reasons on end_reasons.end_reason = chats.end_reason
),

-- Where neither its end nor a message landed, it lasted at least until the last thing known of it.
responded as (
    select
        *,
        bot_id is not null or bot_reply_count > 0 as is_bot_involved,
        bot_reply_count > 0 or (bot_id is not null and not knows_messages) as is_bot_served,
        case when knows_messages then first_written_human_reply_at else agent_joined_at end as first_human_reply_at,
        coalesce(agent_joined_at, first_written_human_reply_at) as human_joined_at,
        coalesce(queued_at, handover_requested_at) is not null as has_asked_for_human,
        knows_messages and customer_turn_count = 0 as is_unengaged,
        coalesce(
            ended_at, last_message_at, greatest(started_at, queued_at, handover_requested_at, agent_joined_at)
        ) as left_at
    from known
),

-- Without a statement, a person's chat is resolved if it ended normally; a bot's only if its last word answered the customer.
judged as (
    select
        *,
        first_human_reply_at is not null as is_human_served,
        has_asked_for_human and first_human_reply_at is null as is_abandoned,
        coalesce(queued_at, handover_requested_at, started_at) as wait_began_at,
        case
            when chat_outcome in ('resolved_confirmed', 'resolved_task') then true
            when chat_outcome = 'unresolved' then false
            when first_human_reply_at is not null then is_normal_end
            else is_bot_served and is_normal_end and not has_asked_for_human and not is_left_unanswered
        end as is_resolved,
        -- Where no bot took part, the customer had asked for a person by writing.
        case
            when is_proactive or is_unengaged then null
            when first_human_reply_at is not null then 'answered'
            when has_asked_for_human or not is_bot_involved then 'abandoned'
        end as queue_outcome
    from responded
)

select
    source_system,
    'chat' as source_type,
    chat_id as source_conversation_id,
    1 as conversation_seq,
    customer_id,
    customer_email,
    customer_phone,
    coalesce(channel, 'chat') as channel,
    topic,
    subtopic,
    team,
    agent_id,
    bot_id,
    case
        when is_human_served and is_bot_served then 'hybrid'
        when is_human_served then 'human'
        when is_bot_served then 'bot'
        else 'none'
    end as responder,
    case
        when chat_outcome in ('resolved_confirmed', 'resolved_task', 'unresolved') then 'stated'
        when is_resolved then 'inferred'
        else 'none'
    end as resolution_evidence,
    case
        when is_proactive then 'outbound'
        when is_unengaged then 'unengaged'
    end as exclusion_reason,
    queue_outcome,
    case when chat_outcome in ('resolved_confirmed', 'resolved_task') then chat_outcome end as bot_resolution,
    started_at,
    least(first_bot_reply_at, first_human_reply_at) as first_response_at,
    first_bot_reply_at as first_bot_response_at,
    first_human_reply_at as first_human_response_at,
    case when is_bot_involved then coalesce(handover_requested_at, started_at) else started_at end
    as human_clock_started_at,
    case when queue_outcome is not null then wait_began_at end as queued_at,
    case
        when queue_outcome = 'answered' then greatest(human_joined_at, wait_began_at)
        when queue_outcome is not null then left_at
    end as queue_left_at,
    case when is_resolved then left_at end as first_resolved_at,
    case when is_resolved then left_at end as resolved_at,
    left_at as ended_at,
    cast(null as timestamp) as due_at,
    case when is_human_served then {{ seconds_between('human_joined_at', 'left_at') }} end as handle_seconds,
    cast(null as {{ type_double() }}) as hold_seconds,
    cast(null as {{ type_double() }}) as wrap_seconds,
    case when is_bot_served then {{ seconds_between(
        'started_at', 'coalesce(handover_requested_at, queued_at, human_joined_at, left_at)'
    ) }} end as bot_handle_seconds,
    cast(0 as {{ type_double() }}) as telephony_seconds,
    human_reply_count,
    bot_reply_count,
    customer_turn_count,
    is_resolved,
    is_human_served or is_bot_served as is_served,
    false as is_escalated,
    is_abandoned,
    false as is_reopened,
    is_bot_involved,
    is_bot_involved and not is_unengaged as is_bot_engaged,
    is_bot_involved and is_blocked and not is_bot_served as is_bot_blocked,
    is_bot_involved and (is_human_served or has_asked_for_human) as is_handed_over,
    coalesce(chat_outcome = 'unresolved', false) or is_left_unanswered as is_left_in_bot
from judged
