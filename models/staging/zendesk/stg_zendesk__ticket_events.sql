{#-
    Changes of status, assignee, group and priority, work that was logged, a group that the var zendesk_escalation_groups names as an
    escalation as well, and one merge for each ticket that was merged. A view: the base has written all of it once.
-#}
{{ config(materialized='view') }}
{% set escalation_groups = var('zendesk_escalation_groups', []) -%}
with

groups as (
    select * from {{ ref('base_zendesk__names') }}
    where kind = 'group'
),

changes as (
    select
        changes.*,
        case
            when changes.is_by_system then 'system'
            when changes.is_by_requester then 'customer'
            when agents.user_id is not null then 'agent'
            when changes.author_id is not null then 'customer'
        end as actor_type,
        coalesce(groups_before.name, changes.previous_value) as named_previous_value,
        coalesce(groups_after.name, changes.new_value) as named_new_value
    from {{ ref('base_zendesk__changes') }} as changes
    left join {{ ref('base_zendesk__agents') }} as agents
        on
            agents.source_system = changes.source_system
            and agents.user_id = changes.author_id
    left join groups as groups_before
        on
            groups_before.source_system = changes.source_system
            and groups_before.name_id = case when changes.field_name = 'group_id' then changes.previous_value end
    left join groups as groups_after
        on
            groups_after.source_system = changes.source_system
            and groups_after.name_id = case when changes.field_name = 'group_id' then changes.new_value end
    where changes.field_name not in ('requester_id', 'satisfaction_score')
),

closings as (
    select
        source_system,
        ticket_id,
        max(changed_at) as closed_at
    from {{ ref('base_zendesk__changes') }}
    where field_name = 'status' and new_value = 'closed'
    group by source_system, ticket_id
),

events as (
    select
        coalesce(event_id, ticket_id || ':' || field_name || ':' || cast(
            cast({{ epoch_seconds('written_at') }} as bigint) as {{ dbt.type_string() }}
        )) as event_id,
        ticket_id,
        source_system,
        changed_at as occurred_at,
        case field_name
            when 'status' then 'status_change'
            when 'assignee_id' then 'assignment'
            when 'group_id' then 'team_change'
            when 'priority' then 'priority_change'
            else 'work_logged'
        end as event_type,
        actor_type,
        case when actor_type = 'agent' then author_id end as actor_id,
        case when field_name in ('status', 'group_id', 'priority') then named_previous_value end as from_value,
        case when field_name in ('status', 'group_id', 'priority') then named_new_value end as to_value,
        case
            when field_name = 'time spent last update (sec)' and new_value = {{ digits_only('new_value') }}
                then cast(nullif(new_value, '') as {{ type_double() }})
        end as work_seconds,
        loaded_at,
        landed_file_name,
        landed_line_number
    from changes
)

select * from events

union all

select
    event_id || ':escalation' as event_id,
    ticket_id,
    source_system,
    occurred_at,
    'escalation' as event_type,
    actor_type,
    actor_id,
    from_value,
    to_value,
    work_seconds,
    loaded_at,
    landed_file_name || '#escalation' as landed_file_name,
    landed_line_number
from events
where
    event_type = 'team_change'
    and to_value in ('{{ (escalation_groups or ['']) | join("', '") }}')

union all

-- A merge closes the ticket that goes.
select
    merged.ticket_id || ':merge' as event_id,
    merged.ticket_id,
    merged.source_system,
    coalesce(closings.closed_at, tickets.updated_at, tickets.created_at) as occurred_at,
    'merge' as event_type,
    cast(null as {{ dbt.type_string() }}) as actor_type,
    cast(null as {{ dbt.type_string() }}) as actor_id,
    cast(null as {{ dbt.type_string() }}) as from_value,
    merged.merged_into_ticket_id as to_value,
    cast(null as {{ type_double() }}) as work_seconds,
    tickets.loaded_at,
    tickets.landed_file_name || '#merge' as landed_file_name,
    tickets.landed_line_number
from {{ ref('base_zendesk__merges') }} as merged
inner join {{ ref('base_zendesk__tickets') }} as tickets
    on
        tickets.source_system = merged.source_system
        and tickets.ticket_id = merged.ticket_id
        and tickets.is_current
left join closings
    on
        closings.source_system = merged.source_system
        and closings.ticket_id = merged.ticket_id
