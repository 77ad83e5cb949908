{#- Business seconds look up one opening per quarter of an hour: a calendar with two would be miscounted. -#}
select
    calendar_id,
    quarter_hour,
    count(*) as opening_count
from {{ ref('int_business_quarter_hours') }}
group by calendar_id, quarter_hour
having count(*) > 1
