{#-
    Tickets that are something of another: its follow-up, or merged into it. A follow-up without a topic has its parent's. Of two
    tickets merged into each other, the older is the parent. One that came long after its parent's first reply is a contact.
-#}
with

-- In a ticket's first conversation.
first_replies as (
    select
        replies.source_system,
        replies.ticket_id,
        min(replies.sent_at) as first_reply_at
    from {{ ref('int_ticket_replies') }} as replies
    {{ join_later_conversations('replies', 'sent_at') }}
    where replies.is_reply and later.conversation_seq is null
    group by replies.source_system, replies.ticket_id
)

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
    )
    and coalesce(
        tickets.created_at <= {{ hours_after('first_replies.first_reply_at', var('merged_child_repeat_hours')) }}, true
    ) as is_merged_child
from {{ accepted(ref('int_tickets_judged')) }} as tickets
left join {{ accepted(ref('int_tickets_judged')) }} as followed
    on
        followed.source_system = tickets.source_system
        and followed.ticket_id = tickets.follow_up_of_ticket_id
left join {{ accepted(ref('int_tickets_judged')) }} as merged_into
    on
        merged_into.source_system = tickets.source_system
        and merged_into.ticket_id = tickets.merged_into_ticket_id
left join first_replies
    on
        first_replies.source_system = tickets.source_system
        and first_replies.ticket_id = tickets.merged_into_ticket_id
where coalesce(tickets.follow_up_of_ticket_id, tickets.merged_into_ticket_id) is not null
