{#- On one cohort, mature in all three windows. -#}
select conversation_id
from {{ ref('fct_conversations') }}
where
    fcr_24h is not null
    and fcr_48h is not null
    and fcr_7d is not null
    and ((fcr_7d and not fcr_48h) or (fcr_48h and not fcr_24h))
