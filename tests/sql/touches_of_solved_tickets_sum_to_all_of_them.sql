select *
from {{ ref('kpi_tickets') }}
where
    zero_touch_count + one_touch_count + two_touch_count + multi_touch_count <> touch_judged_count
    or zero_touch_count + one_touch_count <> zendesk_one_touch_count
    or resolved_in_time_count > resolved_by_now_count
