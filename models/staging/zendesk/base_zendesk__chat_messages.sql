{#-
    Messages of live chats and of messaging, each on its ticket: one chat may go on over several, and each has what was said from its
    creation to that of the next. What is copied from before the ticket is not said again.
-#}
with

chats as (
    select distinct
        t.source_system,
        chat_id,
        ticket_id
    from {{ vendor_table('zendesk', 'ticket_chat') }} as t
),

chats_by_ticket as (
    select
        chats.source_system,
        chats.chat_id,
        chats.ticket_id,
        case
            when row_number() over chat_tickets > 1 then tickets.created_at else timestamp '1970-01-01 00:00:00'
        end as held_from,
        coalesce(lead(tickets.created_at) over chat_tickets, timestamp '9999-12-31 00:00:00') as held_until
    from chats
    left join {{ ref('base_zendesk__tickets') }} as tickets
        on
            tickets.source_system = chats.source_system
            and tickets.ticket_id = chats.ticket_id
            and tickets.is_current
    window chat_tickets as (
        partition by chats.source_system, chats.chat_id
        order by coalesce(tickets.created_at, timestamp '1970-01-01 00:00:00'), length(chats.ticket_id), chats.ticket_id
    )
)

-- An actor is an id, `agent:` and an id, or nobody; a message without an id is known by its instant.
select
    events.source_system,
    events.chat_id || ':' || coalesce(
        events.message_id, cast({{ epoch_microseconds('events.created_at') }} as {{ dbt.type_string() }})
    ) as message_id,
    chats_by_ticket.ticket_id,
    events.chat_id,
    case
        when events.actor like 'agent:%' then nullif(substr(events.actor, 7), '') else nullif(events.actor, '')
    end as author_id,
    case
        when events.actor in ('__trigger', '__system') then 'system'
        when events.message_source_type = 'zd:answerBot' then 'bot'
        when events.author_type = 'USER' then 'customer'
        when events.actor like 'agent:%' and length(events.actor) > 6 then 'agent'
    end as told_sender,
    events.created_at as sent_at,
    events.loaded_at,
    events.landed_file_name,
    events.landed_line_number
from {{ vendor_table('zendesk', 'ticket_chat_event') }} as events
inner join chats_by_ticket
    on
        chats_by_ticket.source_system = events.source_system
        and chats_by_ticket.chat_id = events.chat_id
        and chats_by_ticket.held_from <= events.created_at
        and chats_by_ticket.held_until > events.created_at
where events.event_type in ('ChatMessage', 'ChatFileAttachment') and not coalesce(events.is_history_context, false)
