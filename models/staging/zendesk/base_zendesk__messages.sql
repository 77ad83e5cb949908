{#-
    What was said on tickets: comments of both shapes, and messages of chats, which have no comments but a transcript. Who wrote it is
    decided here, in this order: the system, a bot, the requester of that time, who was an agent then, whoever is or was an agent,
    any other user.
-#}
with

tickets as (
    select * from {{ ref('base_zendesk__tickets') }}
    where is_current
),

chat_tickets as (
    select distinct
        t.source_system,
        ticket_id
    from {{ vendor_table('zendesk', 'ticket_chat') }} as t
),

-- Who asked before the requester was changed.
former_requesters as (
    select
        source_system,
        ticket_id,
        previous_value as requester_id,
        coalesce(held_since, timestamp '1970-01-01 00:00:00') as held_from,
        changed_at as held_until
    from {{ ref('base_zendesk__changes') }}
    where field_name = 'requester_id' and previous_value is not null
),

placed as (
    select
        written.*,
        coalesce(former_requesters.requester_id, tickets.requester_id) as requester_id,
        -- The mail that made the ticket.
        coalesce(
            tickets.is_machine_generated and written.sent_at <= {{ dbt.dateadd('second', 2, 'tickets.created_at') }}, false
        ) or ',' || coalesce(written.flags, '') || ',' like '%,4,%' as is_by_machine,
        written.via_channel = 'chat_transcript'
        or (chat_tickets.ticket_id is not null and written.via_channel in (
            select replace(words.landed_word, ' ', '_') from {{ ref('zendesk_words') }} as words
            where
                words.vocabulary = 'zendesk_via_channel'
                and words.word in ('chat', 'web_chat', 'whatsapp', 'messenger', 'social')
        )) as is_transcript,
        written.author_id = '-1'
        or written.via_channel in ('rule', 'trigger', 'automation', 'system')
        or written.via_source_rel in ('trigger', 'automation', 'merge') as is_by_system
    from {{ ref('base_zendesk__messages_landed') }} as written
    left join tickets
        on
            tickets.source_system = written.source_system
            and tickets.ticket_id = written.ticket_id
    left join chat_tickets
        on
            chat_tickets.source_system = written.source_system
            and chat_tickets.ticket_id = written.ticket_id
            and written.chat_id is null
    left join former_requesters
        on
            former_requesters.source_system = written.source_system
            and former_requesters.ticket_id = written.ticket_id
            and greatest(written.sent_at, tickets.created_at) >= former_requesters.held_from
            and greatest(written.sent_at, tickets.created_at) < former_requesters.held_until
),

attributed as (
    select
        placed.*,
        coalesce(agents.is_shared_agent, false) as is_shared_agent,
        case
            when placed.told_sender = 'system' or placed.is_by_system or placed.is_transcript then 'system'
            when placed.told_sender = 'bot' or placed.via_channel like 'answer_bot%' then 'bot'
            when placed.told_sender = 'customer' or placed.author_id = placed.requester_id then 'customer'
            when placed.told_sender = 'agent' or roles.is_agent then 'agent'
            when not roles.is_agent then 'customer'
            when agents.user_id is not null then 'agent'
            when users.user_id is not null then 'customer'
            else 'user without a row'
        end as sender_type
    from placed
    left join {{ ref('base_zendesk__role_spells') }} as roles
        on
            roles.source_system = placed.source_system
            and roles.user_id = placed.author_id
            and roles.held_from <= placed.sent_at
            and roles.held_until > placed.sent_at
    left join {{ ref('base_zendesk__agents') }} as agents
        on
            agents.source_system = placed.source_system
            and agents.user_id = placed.author_id
    left join {{ ref('base_zendesk__users') }} as users
        on
            users.source_system = placed.source_system
            and users.user_id = placed.author_id
)

select
    source_system,
    message_id,
    ticket_id,
    chat_id,
    sent_at,
    sender_type,
    case sender_type when 'agent' then author_id when 'bot' then 'answer_bot' end as sender_id,
    is_public,
    sender_type = 'system' or (sender_type <> 'agent' and is_by_machine) as is_automated,
    is_shared_agent,
    loaded_at,
    landed_file_name,
    landed_line_number
from attributed
