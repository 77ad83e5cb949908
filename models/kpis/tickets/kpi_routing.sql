{#- Whether tickets were sent to the right team first. Anchor: day of started_at. -#}
with

routings as (
    select
        conversations.conversation_date,
        conversations.channel,
        conversations.topic,
        conversations.responder,
        conversations.bot_id,
        routings.first_team as team,
        conversations.is_countable and routings.is_misrouted is not null as is_told,
        conversations.is_resolved,
        routings.is_misrouted
    from {{ ref('fct_ticket_routings') }} as routings
    inner join {{ ref('int_conversations_classified') }} as conversations
        on conversations.conversation_id = routings.conversation_id
)

-- The team that was chosen first answers for it. Until it is resolved, nobody knows the right one.
select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_told and is_resolved then 1 end) as routed_count,
    count(case when is_told and is_resolved and not is_misrouted then 1 end) as rightly_routed_count,
    count(case when is_told and not is_resolved then 1 end) as routing_pending_count,
    count(case when not is_told then 1 end) as routing_excluded_count
from routings
group by 1, 2, 3, 4, 5, 6
