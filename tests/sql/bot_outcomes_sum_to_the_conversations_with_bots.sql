{#- Every conversation with a bot that the company did not open stands in exactly one row of the tree. -#}
with

families as (
    select
        sum(bot_inbound_count) as bot_inbound_count,
        sum(
            bot_not_engaged_count + bot_pending_count + bot_blocked_count + bot_escalated_connected_count
            + bot_escalated_lost_count + bot_contained_returned_count + bot_resolved_confirmed_count
            + bot_resolved_task_count + bot_abandoned_in_bot_count + bot_contained_durable_count
        ) as outcome_count
    from {{ ref('kpi_bots') }}
),

marts as (
    select sum(conversation_count) as conversation_count
    from {{ ref('bot_outcomes') }}
),

facts as (
    select count(*) as conversation_count
    from {{ ref('fct_conversations') }}
    where bot_outcome is not null and coalesce(exclusion_reason, 'unengaged') = 'unengaged'
)

select
    families.bot_inbound_count,
    families.outcome_count,
    marts.conversation_count as mart_count,
    facts.conversation_count as fact_count
from families
cross join marts
cross join facts
where
    coalesce(families.bot_inbound_count, 0) <> facts.conversation_count
    or coalesce(families.outcome_count, 0) <> facts.conversation_count
    or coalesce(marts.conversation_count, 0) <> facts.conversation_count
