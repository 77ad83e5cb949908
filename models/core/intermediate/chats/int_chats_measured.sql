with

chats as (
    select * from {{ ref('int_chats_accepted') }}
),

messages as (
    select * from {{ ref('int_chat_messages_summed') }}
),

end_reasons as (
    select * from {{ ref('chat_end_reasons') }}
),

systems_with_messages as (
    select source_system from {{ ref('int_message_systems') }}
    where source_type = 'chat'
),

-- Among such a tool's chats, one without a message held nobody, unless its own columns tell of somebody: then its
-- messages were not kept. Where a chat's messages are not known, its own columns say who took part.
known as (
    select
        chats.*,
        messages.chat_id is not null
        or (
            systems_with_messages.source_system is not null
            and coalesce(chats.agent_joined_at, chats.handover_requested_at) is null
            and chats.chat_outcome is null
        ) as knows_messages
    from chats
    left join messages
        on
            messages.source_system = chats.source_system
            and messages.chat_id = chats.chat_id
    left join systems_with_messages on systems_with_messages.source_system = chats.source_system
),

joined as (
    select
        known.source_system,
        known.chat_id,
        known.customer_id,
        known.customer_email,
        known.customer_phone,
        known.channel,
        known.topic,
        known.subtopic,
        known.team,
        known.agent_id,
        known.bot_id,
        known.chat_outcome,
        known.is_proactive,
        known.started_at,
        known.handover_requested_at,
        known.queued_at,
        messages.first_bot_reply_at,
        coalesce(messages.customer_turn_count, 0) as customer_turn_count,
        coalesce(messages.bot_reply_count, 0) as bot_reply_count,
        coalesce(messages.human_reply_count, 0) as human_reply_count,
        known.bot_id is not null or coalesce(messages.bot_reply_count, 0) > 0 as is_bot_involved,
        coalesce(known.queued_at, known.handover_requested_at) is not null as has_asked_for_human,
        case when known.knows_messages then messages.first_human_reply_at else known.agent_joined_at end
        as first_human_reply_at,
        coalesce(known.agent_joined_at, messages.first_human_reply_at) as human_joined_at,
        -- Where neither its end nor a message landed, it lasted at least until the last thing known of it.
        coalesce(
            known.ended_at,
            messages.last_message_at,
            greatest(known.started_at, known.queued_at, known.handover_requested_at, known.agent_joined_at)
        ) as ended_at,
        coalesce(end_reasons.is_normal_end, known.ended_at is not null) as is_normal_end,
        coalesce(end_reasons.is_blocked, false)
        or coalesce(known.handover_reason in ('error', 'outage', 'usage_limit'), false) as is_blocked,
        known.knows_messages and coalesce(messages.customer_turn_count, 0) = 0 as is_unengaged,
        coalesce(messages.last_sender_type = 'customer' or messages.is_last_fallback, false) as is_left_unanswered,
        known.knows_messages
    from known
    left join messages
        on
            messages.source_system = known.source_system
            and messages.chat_id = known.chat_id
    left join end_reasons on end_reasons.end_reason = known.end_reason
),

responded as (
    select
        *,
        first_human_reply_at is not null as is_human_served,
        bot_reply_count > 0 or (is_bot_involved and not knows_messages) as is_bot_served,
        has_asked_for_human and first_human_reply_at is null as is_abandoned
    from joined
),

-- A bot's silence proves less than a person's goodbye: left on a fallback or unanswered, it resolved nothing.
judged as (
    select
        *,
        case
            when chat_outcome in ('resolved_confirmed', 'resolved_task') then true
            when chat_outcome = 'unresolved' then false
            else
                (is_human_served or is_bot_served)
                and is_normal_end
                and not is_abandoned
                and (is_human_served or not is_left_unanswered)
        end as is_resolved,
        -- Where no bot took part, the customer had asked for a person by writing.
        case
            when is_proactive or is_unengaged then null
            when is_human_served then 'answered'
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
    started_at,
    least(first_bot_reply_at, first_human_reply_at) as first_response_at,
    first_bot_reply_at as first_bot_response_at,
    first_human_reply_at as first_human_response_at,
    case
        when is_bot_involved then coalesce(handover_requested_at, started_at)
        else started_at
    end as human_clock_started_at,
    case when is_resolved then ended_at end as first_resolved_at,
    case when is_resolved then ended_at end as resolved_at,
    ended_at,
    case when queue_outcome is not null then coalesce(queued_at, handover_requested_at, started_at) end as queued_at,
    case
        when queue_outcome = 'answered'
            then greatest(human_joined_at, coalesce(queued_at, handover_requested_at, started_at))
        when queue_outcome is not null then ended_at
    end as queue_left_at,
    queue_outcome,
    case when is_human_served then {{ seconds_between('human_joined_at', 'ended_at') }} end as handle_seconds,
    cast(null as {{ type_double() }}) as hold_seconds,
    cast(null as {{ type_double() }}) as wrap_seconds,
    case
        when is_bot_served
            then {{ seconds_between(
                'started_at', 'coalesce(handover_requested_at, queued_at, human_joined_at, ended_at)'
            ) }}
    end as bot_handle_seconds,
    cast(0 as {{ type_double() }}) as telephony_seconds,
    is_resolved,
    case
        when chat_outcome in ('resolved_confirmed', 'resolved_task', 'unresolved') then 'stated'
        when is_resolved then 'inferred'
        else 'none'
    end as resolution_evidence,
    is_human_served or is_bot_served as is_served,
    false as is_escalated,
    is_abandoned,
    false as is_reopened,
    case
        when is_proactive then 'outbound'
        when is_unengaged then 'unengaged'
    end as exclusion_reason,
    human_reply_count,
    bot_reply_count,
    customer_turn_count,
    -- How far the bot came, before it is known who returned.
    case
        when not is_bot_involved then null
        when is_unengaged then 'not_engaged'
        when is_blocked and not is_bot_served then 'blocked'
        when is_human_served then 'escalated_connected'
        when has_asked_for_human then 'escalated_lost'
        when chat_outcome in ('resolved_confirmed', 'resolved_task') then chat_outcome
        when chat_outcome = 'unresolved' or is_left_unanswered then 'abandoned_in_bot'
        else 'contained'
    end as bot_stage,
    cast(null as timestamp) as due_at
from judged
