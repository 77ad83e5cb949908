select *
from {{ ref('automation_savings') }}
where abs(roi_by_contacts - roi_by_hours) > 0.0001 * greatest(abs(roi_by_contacts), 1)
