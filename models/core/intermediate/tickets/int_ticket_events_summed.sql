with

events as (
    select * from {{ accepted(ref('int_ticket_events_judged')) }} as ticket_events
)

select
    events.source_system,
    events.ticket_id,
    coalesce(later.conversation_seq, 1) as conversation_seq,
    {{ exact_sum_as_double("case when events.event_type = 'work_logged' then events.work_seconds end") }} as work_seconds,
    count(case when events.event_type = 'escalation' then 1 end) as escalation_count,
    count(case when events.actor_type = 'agent' then 1 end) as agent_event_count
from events
{{ join_later_conversations('events', 'occurred_at') }}
group by
    events.source_system,
    events.ticket_id,
    coalesce(later.conversation_seq, 1)
