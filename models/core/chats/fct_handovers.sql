{#- What the bot passed on in each hand-over, how long the customer waited, and who took over. -#}
with

listed as (
    select
        *,
        ',' || lower(replace(handover_context, ' ', '')) || ',' as context_list
    from {{ ref('int_chat_handovers') }}
    where is_handover
),

-- Which of five things the bot passed on; all unknown where nothing is said about it.
handovers as (
    select
        *,
        context_list like '%,transcript,%' as has_transcript,
        context_list like '%,intent,%' as has_intent,
        context_list like '%,customer,%' as has_customer,
        context_list like '%,slots,%' as has_slots,
        context_list like '%,attempts,%' as has_attempts
    from listed
),

dialogues as (
    select * from {{ ref('fct_dialogues') }}
)

select
    handovers.conversation_id,
    handovers.handover_reason,
    case when handovers.requested_at is not null then dialogues.bot_customer_turn_count end as bot_customer_turn_count,
    -- Where the later of two came first, no time passed: who was there before being asked for was not waited for.
    {% for name, start, end in [
        ('bot_part_seconds', 'dialogues.first_customer_turn_at', 'handovers.requested_at'),
        ('queue_seconds', 'handovers.requested_at', 'handovers.accepted_at'),
        ('reply_seconds', 'handovers.accepted_at', 'handovers.first_human_response_at'),
        ('time_to_human_seconds', 'handovers.requested_at', 'handovers.first_human_response_at'),
    ] -%}
    case when {{ end }} < {{ start }} then 0 else {{ seconds_between(start, end) }} end as {{ name }},
    {% endfor -%}
    dialogues.agent_count,
    dialogues.lowest_sentiment_in_bot_part,
    handovers.has_transcript,
    handovers.has_intent,
    handovers.has_customer,
    handovers.has_slots,
    handovers.has_attempts,
    (
        case when handovers.has_transcript then 1.0 else 0.0 end
        + case when handovers.has_intent then 1.0 else 0.0 end
        + case when handovers.has_customer then 1.0 else 0.0 end
        + case when handovers.has_slots then 1.0 else 0.0 end
        + case when handovers.has_attempts then 1.0 else 0.0 end
    ) / 5 + case when handovers.has_transcript is null then null else 0 end as context_score,
    handovers.first_human_response_at is not null as is_connected,
    handovers.requested_at,
    handovers.accepted_at,
    handovers.first_human_response_at
from handovers
left join dialogues on dialogues.conversation_id = handovers.conversation_id
