{#-
    Tickets that are something of another contact: its follow-up, merged into it, or a telephone or chat tool's record of it.
    A follow-up without a topic has its parent's. Of two tickets merged into each other, the older is the parent.
-#}
select
    tickets.source_system,
    tickets.ticket_id,
    followed.topic as followed_topic,
    followed.subtopic as followed_subtopic,
    tickets.merged_into_ticket_id is not null
    and not coalesce(
        merged_into.merged_into_ticket_id = tickets.ticket_id
        and (
            tickets.created_at < merged_into.created_at
            or (tickets.created_at = merged_into.created_at and tickets.ticket_id <= merged_into.ticket_id)
        ), false
    ) as is_merged_into_another,
    records.ticket_id is not null as is_record_of_contact
from {{ accepted(ref('int_tickets_judged')) }} as tickets
left join {{ accepted(ref('int_tickets_judged')) }} as followed
    on
        followed.source_system = tickets.source_system
        and followed.ticket_id = tickets.follow_up_of_ticket_id
left join {{ accepted(ref('int_tickets_judged')) }} as merged_into
    on
        merged_into.source_system = tickets.source_system
        and merged_into.ticket_id = tickets.merged_into_ticket_id
left join {{ ref('int_contact_records') }} as records
    on
        records.ticket_system = tickets.source_system
        and records.ticket_id = tickets.ticket_id
where coalesce(tickets.follow_up_of_ticket_id, tickets.merged_into_ticket_id, records.ticket_id) is not null
