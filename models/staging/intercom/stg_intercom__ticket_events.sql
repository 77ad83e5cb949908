{#- One part may both assign and reopen: the change of status is then its second event. -#}
with

changes as (
    select * from {{ ref('base_intercom__changes') }}
    where entity = 'ticket'
)

select
    changes.part_id as event_id,
    changes.conversation_id as ticket_id,
    changes.source_system,
    changes.occurred_at,
    case
        when changes.event_type <> 'assignment' then changes.event_type
        when changes.assigned_to_type = 'team' then 'team_change'
        else 'assignment'
    end as event_type,
    changes.sender_type as actor_type,
    case when changes.sender_type in ('agent', 'bot') then changes.author_id end as actor_id,
    cast(null as {{ dbt.type_string() }}) as from_value,
    teams.team as to_value,
    cast(null as {{ type_double() }}) as work_seconds,
    changes.loaded_at,
    changes.landed_file_name,
    changes.landed_line_number
from changes
left join {{ ref('base_intercom__teams') }} as teams
    on
        teams.source_system = changes.source_system
        and teams.team_id = changes.assigned_to_id
        and changes.assigned_to_type = 'team'
where changes.event_type in ('assignment', 'priority_change', 'merge')

union all

select
    part_id || ':status' as event_id,
    conversation_id as ticket_id,
    source_system,
    occurred_at,
    'status_change' as event_type,
    sender_type as actor_type,
    case when sender_type in ('agent', 'bot') then author_id end as actor_id,
    status_before as from_value,
    status_after as to_value,
    cast(null as {{ type_double() }}) as work_seconds,
    loaded_at,
    landed_file_name || '#2' as landed_file_name,
    landed_line_number
from changes
where status_after <> status_before
