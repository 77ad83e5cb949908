{#-
    Which weekly hours a schedule had when. Today's are the schedule's own intervals; older ones stand in the log of settings as text,
    in two spellings: a Ruby hash, escaped twice, and JSON, escaped once. Both are brought to mon:{09:00:17:00,...}.
-#}
{% set beginning = "timestamp '1970-01-01 00:00:00'" -%}
{% set end = "timestamp '9999-12-31 00:00:00'" -%}
with

schedules as (
    select * from {{ ref('base_zendesk__schedules') }}
),

landed as (
    select
        t.source_system,
        log_id,
        source_type,
        source_id,
        source_label,
        change_description,
        created_at
    from {{ vendor_table('zendesk', 'audit_log') }} as t

    union all

    select
        t.source_system,
        log_id,
        source_type,
        source_id,
        source_label,
        change_description,
        created_at
    from {{ vendor_table('zendesk', 'audit_logs') }} as t
),

-- An entry names its schedule by id, or in its label.
changes as (
    select
        landed.source_system,
        schedules.schedule_id,
        landed.log_id,
        landed.created_at as changed_at,
        {{ dbt.date_trunc('minute', 'landed.created_at') }} as changed_minute,
        {{ plain_weekly_hours(dbt.split_part('landed.change_description', "' to '", 1)) }} as week_before,
        {{ plain_weekly_hours(dbt.split_part('landed.change_description', "' to '", 2)) }} as week_after
    from landed
    inner join schedules
        on
            schedules.source_system = landed.source_system
            and (
                schedules.schedule_id = landed.source_id
                or schedules.name = replace(landed.source_label, 'Workweek: ', '')
            )
    where
        lower(landed.source_type) = 'zendesk/business_hours/workweek'
        and landed.change_description like 'Workweek changed from %'
),

-- Of several saves in one minute the last one holds.
ranked as (
    select
        *,
        row_number() over (partition by source_system, schedule_id order by changed_at, length(log_id), log_id) as change_rank,
        row_number() over (
            partition by source_system, schedule_id, changed_minute
            order by changed_at desc, length(log_id) desc, log_id desc
        ) as minute_rank
    from changes
),

saved as (
    select
        *,
        lag(changed_at) over schedule_changes as changed_before,
        lead(changed_at) over schedule_changes as changed_next
    from ranked
    where minute_rank = 1
    window schedule_changes as (partition by source_system, schedule_id order by changed_at)
),

first_changes as (
    select
        source_system,
        schedule_id,
        replace(week_before, 'Workweekchangedfrom', '') as week_before
    from ranked
    where change_rank = 1
)

-- The last saved hours are today's. A schedule that had none before its first save is taken to have had those from the beginning.
select
    saved.source_system,
    saved.schedule_id,
    case when saved.changed_before is null and first_changes.week_before = '{}' then {{ beginning }} else saved.changed_at end
    as valid_from,
    coalesce(saved.changed_next, {{ end }}) as valid_until,
    saved.changed_next is null as is_current,
    saved.week_after as week
from saved
inner join first_changes
    on
        first_changes.source_system = saved.source_system
        and first_changes.schedule_id = saved.schedule_id

union all

select
    saved.source_system,
    saved.schedule_id,
    {{ beginning }} as valid_from,
    saved.changed_at as valid_until,
    false as is_current,
    first_changes.week_before as week
from saved
inner join first_changes
    on
        first_changes.source_system = saved.source_system
        and first_changes.schedule_id = saved.schedule_id
where saved.changed_before is null and first_changes.week_before <> '{}'

union all

select
    schedules.source_system,
    schedules.schedule_id,
    {{ beginning }} as valid_from,
    {{ end }} as valid_until,
    true as is_current,
    cast(null as {{ dbt.type_string() }}) as week
from schedules
left join first_changes
    on
        first_changes.source_system = schedules.source_system
        and first_changes.schedule_id = schedules.schedule_id
where first_changes.schedule_id is null
