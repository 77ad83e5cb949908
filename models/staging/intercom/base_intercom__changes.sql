{#-
    What changed a conversation, in order: its status, to whom it was assigned, and the customer's messages, which open what was closed
    or snoozed where no part says so. An Intercom ticket has states of its own, and only those count of it.
-#}
with

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
    where
        parts.status is not null or parts.is_assignment or parts.event_type is not null
        or (parts.is_message and not parts.is_note and parts.sender_type = 'customer')
),

-- How many statuses and assignees were set so far: what was set last is that of the same number.
counted as (
    select
        *,
        row_number() over in_order as change_number,
        count(status_set) over (in_order rows unbounded preceding) as status_number,
        count(assignee_set) over (in_order rows unbounded preceding) as assignee_number,
        lead(created_at) over in_order as next_changed_at
    from candidates
    window in_order as (
        partition by source_system, conversation_id order by created_at, length(part_id), part_id
    )
),

held as (
    select
        *,
        coalesce(
            max(status_set) over (partition by source_system, conversation_id, status_number), first_status
        ) as status_after,
        nullif(max(assignee_set) over (partition by source_system, conversation_id, assignee_number), '') as assignee_after
    from counted
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
    coalesce(
        lag(status_after) over (partition by source_system, conversation_id order by change_number), first_status
    ) as status_before,
    status_after,
    assignee_after,
    is_assignment,
    created_at as occurred_at,
    next_changed_at,
    loaded_at,
    landed_file_name,
    landed_line_number
from held
