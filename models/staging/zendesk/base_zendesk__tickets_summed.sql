{#- What the history and the messages of a ticket say of it: one pass over each. -#}
with

-- Closing a solved ticket is no solve, closing one that never was is.
changes as (
    select
        source_system,
        ticket_id,
        max(case
            when new_value in ('solved', 'closed') and coalesce(previous_value, '') not in ('solved', 'closed') then changed_at
        end) as last_solved_at,
        max(case when new_value = 'closed' then changed_at end) as closed_at,
        max(loaded_at) as loaded_at
    from {{ ref('base_zendesk__changes') }}
    where field_name = 'status'
    group by source_system, ticket_id
),

messages as (
    select
        source_system,
        ticket_id,
        min(case when is_public and not is_automated and sender_type = 'agent' then sent_at end) as first_agent_at,
        min(case when is_public and not is_automated and sender_type = 'customer' then sent_at end) as first_customer_at,
        max(loaded_at) as loaded_at
    from {{ ref('base_zendesk__messages') }}
    group by source_system, ticket_id
)

select
    coalesce(changes.source_system, messages.source_system) as source_system,
    coalesce(changes.ticket_id, messages.ticket_id) as ticket_id,
    changes.ticket_id is not null as has_status_changes,
    messages.ticket_id is not null as has_messages,
    changes.last_solved_at,
    changes.closed_at,
    messages.first_agent_at,
    messages.first_customer_at,
    greatest(changes.loaded_at, messages.loaded_at) as loaded_at
from changes
full outer join messages
    on
        messages.source_system = changes.source_system
        and messages.ticket_id = changes.ticket_id
