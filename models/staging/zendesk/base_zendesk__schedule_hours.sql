{#-
    Open times of each version of a schedule, weekday by weekday, in minutes of the day. An interval over midnight is one for each day,
    so that holidays can close days; of a schedule that was deleted since, the hours that it had last.
-#}
with

landed as (
    select
        t.source_system,
        schedule_id,
        start_minute,
        end_minute,
        coalesce(_fivetran_deleted, false) as is_deleted,
        cast(null as timestamp) as version_at
    from {{ vendor_table('zendesk', 'schedule') }} as t

    union all

    select
        t.source_system,
        schedule_id,
        start_minute,
        end_minute,
        false as is_deleted,
        loaded_at as version_at
    from {{ vendor_table('zendesk', 'schedules__intervals') }} as t
),

newest as (
    select
        *,
        min(case when is_deleted then 1 else 0 end) over (partition by source_system, schedule_id) = 1 as are_all_deleted,
        max(version_at) over (partition by source_system, schedule_id) as newest_version_at
    from landed
),

intervals_today as (
    select distinct
        source_system,
        schedule_id,
        start_minute,
        end_minute
    from newest
    where (not is_deleted or are_all_deleted) and coalesce(version_at = newest_version_at, true)
),

numbers as (
    {{ whole_numbers(48) }}
),

weekdays as (
    {% for name in ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] -%}
    select
{{ loop.index0 }} as weekday,
        '{{ name }}' as weekday_name
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

versions as (
    select
        versions.*,
        schedules.time_zone,
        schedules.is_default
    from {{ ref('base_zendesk__schedule_versions') }} as versions
    inner join {{ ref('base_zendesk__schedules') }} as schedules
        on
            schedules.source_system = versions.source_system
            and schedules.schedule_id = versions.schedule_id
),

-- The n-th interval of a weekday in a text: 09:00:17:00.
texts as (
    select
        versions.source_system,
        versions.schedule_id,
        versions.time_zone,
        versions.is_current,
        versions.valid_from,
        versions.valid_until,
        weekdays.weekday,
        split_part(
            split_part(split_part(versions.week, weekdays.weekday_name || ':{', 2), '}', 1),
            ',', cast(numbers.generated_number as integer)
        ) as opening
    from versions
    cross join weekdays
    cross join numbers
    where not versions.is_current and versions.week like '%' || weekdays.weekday_name || ':{' || '%'
)

select
    versions.source_system,
    versions.schedule_id,
    versions.time_zone,
    versions.is_current,
    versions.valid_from,
    versions.valid_until,
    weekdays.weekday,
    greatest(intervals_today.start_minute - weekdays.weekday * 1440, 0) as opens_minute,
    least(intervals_today.end_minute - weekdays.weekday * 1440, 1440) as closes_minute
from versions
inner join intervals_today
    on
        intervals_today.source_system = versions.source_system
        and intervals_today.schedule_id = versions.schedule_id
        and versions.is_current
inner join weekdays
    on
        intervals_today.start_minute < weekdays.weekday * 1440 + 1440
        and intervals_today.end_minute > weekdays.weekday * 1440

union all

select
    source_system,
    schedule_id,
    time_zone,
    is_current,
    valid_from,
    valid_until,
    weekday,
    cast({{ dbt.split_part('opening', "':'", 1) }} as bigint) * 60 + cast({{ dbt.split_part('opening', "':'", 2) }} as bigint)
    as opens_minute,
    cast({{ dbt.split_part('opening', "':'", 3) }} as bigint) * 60 + cast({{ dbt.split_part('opening', "':'", 4) }} as bigint)
    as closes_minute
from texts
where opening like '__:__:__:__'
