{% set context_parts = ['transcript', 'intent', 'customer', 'slots', 'attempts'] -%}
with

handovers as (
    select
        *,
        ',' || lower(replace(handover_context, ' ', '')) || ',' as context_list
    from {{ ref('int_chat_handovers') }}
    where bot_stage in ('escalated_connected', 'escalated_lost')
),

dialogues as (
    select * from {{ ref('fct_dialogues') }}
)

select
    handovers.conversation_id,
    handovers.handover_reason,
    {{ seconds_between('dialogues.first_customer_turn_at', 'handovers.requested_at') }} as bot_part_seconds,
    case when handovers.requested_at is not null then dialogues.bot_customer_turn_count end as bot_customer_turn_count,
    {{ seconds_between('handovers.requested_at', 'handovers.accepted_at') }} as queue_seconds,
    {{ seconds_between('handovers.accepted_at', 'handovers.first_human_response_at') }} as reply_seconds,
    {{ seconds_between('handovers.requested_at', 'handovers.first_human_response_at') }} as time_to_human_seconds,
    dialogues.agent_count,
    dialogues.lowest_sentiment_in_bot_part,
    {% for part in context_parts -%}
    handovers.context_list like '%,{{ part }},%' as has_{{ part }},
    {% endfor -%}
    (
        {% for part in context_parts -%}
        case when handovers.context_list like '%,{{ part }},%' then 1.0 else 0.0 end{{ ' +' if not loop.last }}
        {% endfor %}
    ) / {{ context_parts | length }}
    + case when handovers.context_list is null then null else 0 end as context_score,
    handovers.bot_stage = 'escalated_connected' as is_connected,
    handovers.requested_at,
    handovers.accepted_at,
    handovers.first_human_response_at
from handovers
left join dialogues on dialogues.conversation_id = handovers.conversation_id
