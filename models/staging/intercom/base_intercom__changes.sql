{#-
    What changed a conversation, in order: its status, to whom it was assigned, and the customer's messages, which open what was closed
    or snoozed where no part says so. An Intercom ticket has states of its own, and only those count of it.
-#}
with

-- A customer's message can open only what was closed or snoozed before.
first_shut as (
    select
        source_system,
        conversation_id,
        min(created_at) as first_shut_at
    from {{ ref('base_intercom__parts') }}
    where status in ('solved', 'on_hold')
    group by source_system, conversation_id
),

candidates as (
    select
        parts.*,
        conversations.entity,
        case
            when conversations.is_ticket then case when parts.part_kind = 'ticket_state' then parts.status end
            when parts.status is not null then parts.status
            when parts.is_message and not parts.is_note and parts.sender_type = 'customer' then 'open'
        end as status_set,
        case
            when not parts.is_assignment then null
            when parts.assigned_to_type = 'admin' then parts.assigned_to_id
            else ''
        end as assignee_set,
        case when conversations.is_ticket then 'new' else 'open' end as first_status
    from {{ ref('base_intercom__parts') }} as parts
    inner join {{ ref('base_intercom__conversations') }} as conversations
        on
            conversations.source_system = parts.source_system
            and conversations.conversation_id = parts.conversation_id
    left join first_shut
        on
            first_shut.source_system = parts.source_system
            and first_shut.conversation_id = parts.conversation_id
    where
        parts.status is not null or parts.is_assignment or parts.event_type is not null
        or (
            parts.is_message and not parts.is_note and parts.sender_type = 'customer'
            and parts.created_at >= first_shut.first_shut_at and not conversations.is_ticket
        )
),

numbered as (
    select
        *,
        cast(1000000 + row_number() over in_order as {{ dbt.type_string() }}) as change_number,
        lead(created_at) over in_order as next_changed_at
    from candidates
    window in_order as (
        partition by source_system, conversation_id order by created_at, length(part_id), part_id
    )
),

-- What was set last has the highest number: seven digits, then the word.
held as (
    select
        *,
        max(case when status_set is not null then change_number || status_set end) over until_here
        as numbered_status_before,
        max(case when status_set is not null then change_number || status_set end) over so_far
        as numbered_status_after,
        max(case when assignee_set is not null then change_number || assignee_set end) over so_far
        as numbered_assignee_after
    from numbered
    window
        until_here as (
            partition by source_system, conversation_id
            order by change_number rows between unbounded preceding and 1 preceding
        ),
        so_far as (partition by source_system, conversation_id order by change_number rows unbounded preceding)
)

select
    source_system,
    conversation_id,
    entity,
    part_id,
    part_type,
    event_type,
    sender_type,
    author_id,
    assigned_to_type,
    assigned_to_id,
    coalesce(substr(numbered_status_before, 8), first_status) as status_before,
    coalesce(substr(numbered_status_after, 8), first_status) as status_after,
    nullif(substr(numbered_assignee_after, 8), '') as assignee_after,
    is_assignment,
    created_at as occurred_at,
    next_changed_at,
    loaded_at,
    landed_file_name,
    landed_line_number
from held
