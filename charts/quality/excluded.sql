select
    exclusion_reason as label,
    count(*) as value,
    count(*) as n
from core.fct_conversations
where exclusion_reason is not null
group by exclusion_reason
order by value desc, label
