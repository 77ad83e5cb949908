select
    coalesce(identity_evidence, 'nobody') as label,
    count(*) as value,
    count(*) as n
from core.fct_conversations
where is_countable
group by 1
order by value desc, label
