{#-
    Changes of fields as they landed: Fivetran's history, the updates of the API, or dlt's. A view: the longest table is written once,
    by its reader.
-#}
{{ config(materialized='view') }}
with

-- A loader that splits the events off the updates leaves the ticket with the update.
split_off as (
    select
        events.source_system,
        events.event_id,
        events.event_type,
        events.field_name,
        events.new_value,
        events.previous_value,
        coalesce(events.ticket_id, updates.ticket_id) as ticket_id,
        coalesce(events.author_id, updates.author_id) as author_id,
        coalesce(events.via_channel, updates.via_channel) as via_channel,
        coalesce(events.changed_at, updates.created_at) as changed_at,
        coalesce(events.loaded_at, updates.loaded_at) as loaded_at,
        events.landed_file_name,
        events.landed_line_number
    from {{ vendor_table('zendesk', 'ticket_audits__events') }} as events
    left join {{ vendor_table('zendesk', 'ticket_audits') }} as updates
        on
            updates.source_system = events.source_system
            and coalesce(updates.row_id, updates.audit_id)
            = case when events.ticket_id is null then coalesce(events.parent_row_id, events.audit_id) end
),

-- dlt's events have a column for each field; the one with a value is the field that was set.
split_by_field as (
    select
        events.source_system,
        events.event_id,
        events.previous_value,
        case
            when events.status is not null then 'status'
            when events.assignee_id is not null then 'assignee_id'
            when events.group_id is not null then 'group_id'
            when events.priority is not null then 'priority'
            when events.requester_id is not null then 'requester_id'
            when events.satisfaction_score is not null then 'satisfaction_score'
        end as field_name,
        coalesce(
            events.status, events.assignee_id, events.group_id, events.priority, events.requester_id, events.satisfaction_score
        ) as new_value,
        coalesce(events.ticket_id, updates.ticket_id) as ticket_id,
        coalesce(events.author_id, updates.author_id) as author_id,
        coalesce(events.via_channel, updates.via_channel) as via_channel,
        coalesce(events.changed_at, updates.created_at) as changed_at,
        coalesce(events.loaded_at, updates.loaded_at) as loaded_at,
        events.landed_file_name,
        events.landed_line_number
    from {{ vendor_table('zendesk', 'ticket_events__child_events') }} as events
    left join {{ vendor_table('zendesk', 'ticket_events') }} as updates
        on
            updates.source_system = events.source_system
            and updates.row_id = case when events.ticket_id is null then events.parent_row_id end
)

select
    t.source_system,
    ticket_id,
    field_name,
    new_value,
    author_id,
    via_channel,
    changed_at,
    loaded_at,
    landed_file_name,
    landed_line_number,
    cast(null as {{ dbt.type_string() }}) as event_id,
    cast(null as {{ dbt.type_string() }}) as landed_previous_value
from {{ vendor_table('zendesk', 'ticket_field_history') }} as t

union all

select
    source_system,
    ticket_id,
    field_name,
    new_value,
    author_id,
    via_channel,
    changed_at,
    loaded_at,
    landed_file_name,
    landed_line_number,
    event_id,
    previous_value as landed_previous_value
from split_off
where event_type in ('Create', 'Change')

union all

select
    source_system,
    ticket_id,
    field_name,
    new_value,
    author_id,
    via_channel,
    changed_at,
    loaded_at,
    landed_file_name,
    landed_line_number,
    event_id,
    previous_value as landed_previous_value
from split_by_field
