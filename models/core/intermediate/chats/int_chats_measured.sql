{#- Decides of a chat: is_resolved, is_served, queue_outcome, what the bot did, exclusion_reason. -#}
with

-- Without a statement, a person's chat is resolved if it ended normally; a bot's only if its last word answered the customer.
judged as (
    select
        *,
        first_human_reply_at is not null or is_served_unseen as is_human_served,
        has_asked_for_human and first_human_reply_at is null and not is_served_unseen and not is_answer_unknown as is_abandoned,
        coalesce(queued_at, handover_requested_at, started_at) as wait_began_at,
        case
            when chat_outcome in ('resolved_confirmed', 'resolved_task') then true
            when chat_outcome = 'unresolved' then false
            when is_answer_unknown then null
            when first_human_reply_at is not null or is_served_unseen then is_normal_end
            else is_bot_served and is_normal_end and not has_asked_for_human and not is_left_unanswered
        end as is_resolved,
        -- Where no bot took part, the customer had asked for a person by writing.
        case
            when is_begun_by_us or is_unengaged or is_answer_unknown then null
            when first_human_reply_at is not null or is_served_unseen then 'answered'
            when has_asked_for_human or not is_bot_involved then 'abandoned'
        end as queue_outcome
    from {{ ref('int_chats_known') }}
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
        when is_resolved is null then 'unmapped'
        when is_resolved then 'inferred'
        else 'none'
    end as resolution_evidence,
    case
        when is_begun_by_us then 'outbound'
        when is_unengaged then 'unengaged'
    end as exclusion_reason,
    queue_outcome,
    case
        when queue_outcome = 'abandoned' and coalesce(end_reason in ('other', 'unstated'), true) then 'inferred'
        when queue_outcome is not null then 'stated'
    end as queue_outcome_evidence,
    case when chat_outcome in ('resolved_confirmed', 'resolved_task') then chat_outcome end as bot_resolution,
    started_at,
    clock_started_at as response_clock_started_at,
    has_times and (knows_messages or bot_id is null) as is_bot_response_known,
    has_times and not is_served_unseen and (first_human_reply_at is not null or not has_unknown_senders)
    as is_human_response_known,
    case when knows_messages or bot_id is null then least(first_bot_reply_at, first_human_reply_at) end as first_response_at,
    first_bot_reply_at as first_bot_response_at,
    first_human_reply_at as first_human_response_at,
    -- A person who wrote before anybody asked for one was waited for from the start.
    case
        when is_bot_involved and has_times and not coalesce(first_human_reply_at < handover_requested_at, false)
            then coalesce(handover_requested_at, clock_started_at)
        else clock_started_at
    end as human_clock_started_at,
    case when has_times and (timed_end_at is not null or ended_at is null) then started_at end as resolution_clock_started_at,
    case when queue_outcome is not null and has_times then wait_began_at end as queued_at,
    case
        when queue_outcome = 'answered' and human_joined_at is not null then greatest(human_joined_at, wait_began_at)
        when queue_outcome = 'abandoned' then timed_end_at
    end as queue_left_at,
    case when is_resolved then left_at end as first_resolved_at,
    case when is_resolved then left_at end as resolved_at,
    left_at as ended_at,
    cast(null as timestamp) as due_at,
    handle_seconds,
    cast(null as {{ type_double() }}) as hold_seconds,
    cast(null as {{ type_double() }}) as wrap_seconds,
    case
        when not has_times then null
        when knows_messages then bot_seconds
        when is_bot_served then {{ seconds_within(
            'started_at', 'coalesce(handover_requested_at, queued_at, human_joined_at, timed_end_at)',
            var('chat_handle_limit_minutes')
        ) }}
    end as bot_handle_seconds,
    cast(0 as {{ type_double() }}) as telephony_seconds,
    case when not has_unknown_senders then human_reply_count end as human_reply_count,
    case when not has_unknown_senders then bot_reply_count end as bot_reply_count,
    case when not has_unknown_senders then customer_turn_count end as customer_turn_count,
    is_resolved,
    is_human_served or is_bot_served as is_served,
    false as is_escalated,
    is_abandoned,
    false as is_reopened,
    cast(null as timestamp) as reopened_at,
    is_bot_involved,
    is_bot_involved and not is_unengaged as is_bot_engaged,
    is_bot_involved and is_blocked and not is_bot_served as is_bot_blocked,
    is_bot_involved and (is_human_served or has_asked_for_human or is_passed_on) as is_handed_over,
    coalesce(chat_outcome = 'unresolved', false) or is_left_unanswered as is_left_in_bot
from judged
