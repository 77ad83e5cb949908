select
    scenario,
    cost_change,
    new_first_response_seconds - first_response_seconds as first_response_change,
    new_csat - csat as csat_change,
    new_staff_fte - staff_fte as fte_change
from marts.what_if
where month_start_date = $month and scenario <> 'as_is'
order by cost_change
