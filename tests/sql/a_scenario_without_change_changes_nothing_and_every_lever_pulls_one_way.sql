select *
from {{ ref('what_if') }}
where
    (
        scenario = 'as_is'
        and (
            abs(cost_change) > 0.000001
            or new_contact_count <> contact_count
            or abs(new_staff_fte - staff_fte) > 0.000001
            or abs(new_automated_contact_count - automated_contact_count) > 0.000001
        )
    )
    or (scenario = 'fcr_up_5_points' and (new_contact_count > contact_count or new_staff_fte > staff_fte or cost_change > 0))
    or (scenario = 'automation_up_5_points' and (new_human_worked_count > human_worked_count or new_staff_fte > staff_fte))
    or (scenario = 'first_response_halved' and (new_staff_fte < staff_fte or cost_change < 0))
