{#- How often and why Chatwoot's numbers and ours differ in a month. -#}
select
    source_system,
    month,
    metric,
    unit,
    coalesce(reason, 'equal') as reason,
    count(*) as conversation_count,
    avg(vendor_value) as vendor_mean,
    {{ percentile('vendor_value', 0.5) }} as vendor_median,
    avg(vendor_landed_value) as vendor_landed_mean,
    avg(our_value) as our_mean,
    {{ percentile('our_value', 0.5) }} as our_median
from {{ ref('chatwoot_comparison') }}
group by source_system, month, metric, unit, coalesce(reason, 'equal')
