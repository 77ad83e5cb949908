{{ config(materialized='view') }}
{#- What a hand-over from bot to person counts as. Parts that were not measured are left out of its quality. -#}
with

targets as (
    select
        channel,
        target_seconds
    from {{ ref('response_time_targets') }}
    where response = 'human' and clock = 'calendar'
),

handovers as (
    select
        conversations.conversation_date,
        conversations.channel,
        conversations.topic,
        conversations.team,
        conversations.responder,
        conversations.bot_id,
        handovers.*,
        targets.target_seconds,
        coalesce(handovers.handover_reason, 'unknown') in ('unknown', 'other') as is_reason_unknown,
        handovers.is_connected and handovers.time_to_human_seconds is not null as is_wait_counted,
        handovers.agent_count > 1 as is_transferred_again,
        case when handovers.is_connected and handovers.agent_count > 0 then 1 else 0 end as knows_transfers,
        case when handovers.is_connected and handovers.context_score is not null then 1 else 0 end as knows_context,
        case when handovers.is_connected and handovers.time_to_human_seconds is not null then 1 else 0 end as knows_wait,
        1 - least(
            handovers.time_to_human_seconds / {{ var('handover_wait_limit_seconds') }}, 1
        ) as promptness_score
    from {{ ref('fct_handovers') }} as handovers
    inner join {{ ref('fct_conversations') }} as conversations
        on conversations.conversation_id = handovers.conversation_id
    left join targets on targets.channel = conversations.channel
    where conversations.is_countable
)

-- Equal weights: reached somebody, promptly, with the context, and stayed with that person. Nobody reached is 0.
select
    *,
    case
        when is_connected then (
            1
            + case when knows_wait = 1 then promptness_score else 0 end
            + case when knows_context = 1 then context_score else 0 end
            + case when knows_transfers = 1 and not is_transferred_again then 1 else 0 end
        ) / (1 + knows_wait + knows_context + knows_transfers)
        else 0
    end as quality_score
from handovers
