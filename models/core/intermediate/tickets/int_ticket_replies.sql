{#-
    A ticket's messages, and which of them answer the customer. A word of the company with which a ticket begins opens it, and
    nothing is an answer until the customer has written: where customers' words land, an earlier one would have been there. A word
    of nobody known hides who answered what in the whole ticket.
-#}
with

messages as (
    select
        *,
        is_public and not is_automated and sender_type = 'customer' as is_word_of_customer,
        is_public and not is_automated and sender_type in ('agent', 'bot') as is_word_of_ours
    from {{ accepted(ref('int_ticket_messages_judged')) }} as ticket_messages
),

systems_with_customers as (
    select distinct source_system from messages
    where is_word_of_customer
),

beginnings as (
    select
        source_system,
        ticket_id,
        min(case when is_word_of_customer then sent_at end) as first_customer_turn_at,
        min(case when is_word_of_ours then sent_at end) as first_word_of_ours_at,
        max(case when is_public and not is_automated and sender_type = 'other' then 1 else 0 end) = 1 as has_unknown_senders
    from messages
    group by source_system, ticket_id
),

begun as (
    select
        beginnings.source_system,
        beginnings.ticket_id,
        beginnings.has_unknown_senders,
        case when not beginnings.has_unknown_senders then beginnings.first_customer_turn_at end as first_customer_turn_at,
        not beginnings.has_unknown_senders
        and systems_with_customers.source_system is not null
        and coalesce(beginnings.first_word_of_ours_at < beginnings.first_customer_turn_at, true)
        and coalesce(
            beginnings.first_word_of_ours_at
            <= {{ dbt.dateadd('second', var('opening_tolerance_seconds'), 'tickets.created_at') }}, false
        ) as is_opened_by_us
    from beginnings
    left join systems_with_customers on systems_with_customers.source_system = beginnings.source_system
    left join {{ accepted(ref('int_tickets_judged')) }} as tickets
        on
            tickets.source_system = beginnings.source_system
            and tickets.ticket_id = beginnings.ticket_id
)

select
    messages.source_system,
    messages.ticket_id,
    messages.message_id,
    messages.sent_at,
    messages.sender_type,
    messages.sender_id,
    messages.is_public,
    messages.is_word_of_customer and not begun.has_unknown_senders as is_customer_turn,
    messages.is_word_of_ours
    and not begun.has_unknown_senders
    and (not begun.is_opened_by_us or coalesce(messages.sent_at >= begun.first_customer_turn_at, false)) as is_reply,
    begun.is_opened_by_us,
    begun.has_unknown_senders,
    case when begun.is_opened_by_us then begun.first_customer_turn_at end as asked_at
from messages
inner join begun
    on
        begun.source_system = messages.source_system
        and begun.ticket_id = messages.ticket_id
