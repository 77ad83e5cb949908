{#- Durations of turns and of hand-overs, each only where it counts. -#}
with

counted as (
    select
        conversations.conversation_id,
        conversations.conversation_date as kpi_date,
        conversations.channel,
        conversations.topic,
        conversations.team,
        turns.responder,
        conversations.bot_id,
        case when conversations.source_type = 'chat' and turns.responder = 'bot' then turns.latency_seconds end
        as bot_turn_latency,
        case when conversations.source_type = 'chat' and turns.responder = 'bot' then turns.waiting_seconds end
        as bot_turn_waiting,
        case
            when conversations.source_type = 'chat' and turns.responder = 'human' and not turns.is_first_human_turn
                then turns.latency_seconds
        end as human_turn_latency,
        turns.context_switch_seconds as context_switch,
        case when conversations.source_type = 'ticket' and turns.is_after_first_response then turns.waiting_seconds end
        as next_reply,
        case when conversations.source_type = 'ticket' and turns.is_after_first_response then turns.waiting_business_seconds end
        as next_reply_business,
        null as time_to_human,
        null as bot_part
    from {{ ref('fct_response_turns') }} as turns
    inner join {{ ref('fct_conversations') }} as conversations
        on conversations.conversation_id = turns.conversation_id
    where conversations.is_countable and turns.is_answered

    union all

    select
        conversation_id,
        conversation_date as kpi_date,
        channel,
        topic,
        team,
        responder,
        bot_id,
        null as bot_turn_latency,
        null as bot_turn_waiting,
        null as human_turn_latency,
        null as context_switch,
        null as next_reply,
        null as next_reply_business,
        case when is_wait_counted then time_to_human_seconds end as time_to_human,
        bot_part_seconds as bot_part
    from {{ ref('int_handovers_classified') }}
)

select
    conversation_id,
    kpi_date,
    {{ kpi_dimensions() }},
    bot_turn_latency,
    bot_turn_waiting,
    human_turn_latency,
    context_switch,
    next_reply,
    next_reply_business,
    time_to_human,
    bot_part
from counted
