select
    case channel when 'all' then 'all channels' else channel end as label,
    round(predicted_contacts) as value,
    round(low_80) as low,
    round(high_80) as high,
    round(forecast_contacts) as target,
    seen_contacts as n
from marts.contacts_today
where predicted_contacts > 0
order by channel <> 'all', predicted_contacts desc
