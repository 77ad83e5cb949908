select
    handover_reason as label,
    handover_share as value,
    ci_low as low,
    ci_high as high,
    handover_count as n
from marts.escalation_reasons
where month_start_date = $month and channel is null
order by reason_rank
