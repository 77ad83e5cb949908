{#- Weekly hours of the schedules and of their earlier versions. -#}
select
    source_system || ':' || schedule_id as calendar_id,
    time_zone,
    cast(case when weekday = 0 then 7 else weekday end as integer) as iso_weekday,
    cast(opens_minute * 60 as integer) as opens_second,
    cast(closes_minute * 60 as integer) as closes_second,
    valid_from,
    valid_until
from {{ ref('base_zendesk__schedule_hours') }}
where closes_minute > opens_minute
