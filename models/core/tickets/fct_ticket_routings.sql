{#-
    How each ticket conversation went from team to team. A change of team at the time of an escalation is no sign of
    misrouting; any other change corrects where the ticket was sent. Of a tool that lands no change of team nothing is told.
-#}
with

events as (
    select * from {{ accepted(ref('int_ticket_events_judged')) }} as ticket_events
),

escalations as (
    select distinct
        source_system,
        ticket_id,
        {{ epoch_seconds('occurred_at') }} as escalated_epoch
    from events
    where event_type = 'escalation'
),

changes as (
    select
        events.source_system,
        events.ticket_id,
        events.event_id,
        events.occurred_at,
        events.from_value,
        events.to_value,
        max(case when escalations.ticket_id is not null then 1 else 0 end) = 1 as is_escalation
    from events
    left join escalations
        on
            escalations.source_system = events.source_system
            and escalations.ticket_id = events.ticket_id
            and abs(escalations.escalated_epoch - {{ epoch_seconds('events.occurred_at') }})
            <= {{ var('escalation_transfer_tolerance_seconds') }}
    where
        events.event_type = 'team_change'
        and events.from_value is not null
        and events.to_value is not null
        and events.from_value <> events.to_value
    group by
        events.source_system,
        events.ticket_id,
        events.event_id,
        events.occurred_at,
        events.from_value,
        events.to_value
),

systems_with_changes as (
    select distinct source_system from changes
),

transfers as (
    select
        changes.source_system,
        changes.ticket_id,
        coalesce(later.conversation_seq, 1) as conversation_seq,
        {{ value_at_latest('changes.from_value', '-' ~ epoch_microseconds('changes.occurred_at')) }} as first_team,
        {{ value_at_latest(
            'case when not changes.is_escalation then changes.to_value end',
            'case when not changes.is_escalation then changes.occurred_at end'
        ) }} as last_rerouted_team,
        count(*) as transfer_count,
        count(case when not changes.is_escalation then 1 end) as reroute_count
    from changes
    {{ join_later_conversations('changes', 'occurred_at') }}
    group by
        changes.source_system,
        changes.ticket_id,
        coalesce(later.conversation_seq, 1)
)

select
    conversations.conversation_id,
    coalesce(transfers.first_team, conversations.team) as first_team,
    conversations.team as last_team,
    case when systems_with_changes.source_system is not null then coalesce(transfers.transfer_count, 0) end as transfer_count,
    case when systems_with_changes.source_system is not null then coalesce(transfers.reroute_count, 0) end as reroute_count,
    -- A ticket that came back to its first team had been sent right.
    case
        when systems_with_changes.source_system is not null
            then coalesce(transfers.last_rerouted_team <> transfers.first_team, false)
    end as is_misrouted
from {{ ref('int_conversations_identified') }} as conversations
left join transfers
    on
        transfers.source_system = conversations.source_system
        and transfers.ticket_id = conversations.source_conversation_id
        and transfers.conversation_seq = conversations.conversation_seq
left join systems_with_changes on systems_with_changes.source_system = conversations.source_system
where
    conversations.source_type = 'ticket'
    and coalesce(transfers.first_team, conversations.team) is not null
