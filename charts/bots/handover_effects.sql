select *
from marts.handover_effects
where topic is not null and handover_count >= 10
order by handover_count desc
limit 12
