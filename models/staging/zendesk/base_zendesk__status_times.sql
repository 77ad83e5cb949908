{#-
    How long a ticket waited for whom, by Zendesk's definition: sums of stretches that have ended, by the calendar and by today's hours
    of its last schedule.
-#}
with

stretches as (
    select
        changes.source_system,
        changes.ticket_id,
        changes.previous_value,
        changes.new_value,
        changes.held_since,
        changes.changed_at,
        calendars.schedule_id
    from {{ ref('base_zendesk__changes') }} as changes
    inner join {{ ref('base_zendesk__ticket_calendars') }} as calendars
        on
            calendars.source_system = changes.source_system
            and calendars.ticket_id = changes.ticket_id
    where changes.field_name = 'status'
),

measured as (
    select
        stretches.*,
        {{ seconds_between('stretches.held_since', 'stretches.changed_at') }} as calendar_seconds,
        {{ open_seconds_by('stretches.changed_at', 'end_day') }} - {{ open_seconds_by('stretches.held_since', 'start_day') }}
        as business_seconds
    from stretches
    {% for alias, instant in [('start_day', 'held_since'), ('end_day', 'changed_at')] -%}
    left join {{ ref('base_zendesk__open_days') }} as {{ alias }}
        on
            {{ alias }}.source_system = stretches.source_system
            and {{ alias }}.schedule_id = stretches.schedule_id
            and {{ alias }}.epoch_day = {{ epoch_day_of('stretches.' ~ instant) }}
    {% endfor -%}
)

-- Closing a solved ticket is no solve.
select
    source_system,
    ticket_id,
    min(case
        when new_value in ('solved', 'closed') and coalesce(previous_value, '') not in ('solved', 'closed') then changed_at
    end) as first_solved_at,
    max(case
        when new_value in ('solved', 'closed') and coalesce(previous_value, '') not in ('solved', 'closed') then changed_at
    end) as last_solved_at,
    max(case when new_value = 'solved' then 1 else 0 end) = 1 as was_ever_solved,
    count(case when previous_value = 'solved' and new_value in ('new', 'open', 'pending', 'on_hold') then 1 end) as reopen_count,
    {% for name, statuses in [
        ('requester_wait', "('new', 'open', 'on_hold')"), ('agent_wait', "('pending')"), ('on_hold', "('on_hold')"),
    ] -%}
    {% for measure in ['calendar', 'business'] -%}
    sum(case when previous_value in {{ statuses }} then {{ measure }}_seconds end) as {{ name }}_{{ measure }}_seconds
    {{- ',' if not (loop.last and name == 'on_hold') }}
    {% endfor -%}
    {% endfor -%}
from measured
group by source_system, ticket_id
