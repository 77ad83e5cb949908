{#- The figures of a month and metric stand on each of its reasons. -#}
with

months as (
    select
        source_system,
        month,
        metric,
        unit,
        count(*) as conversation_count,
        count(vendor_value) as vendor_count,
        avg(vendor_value) as vendor_mean,
        {{ percentile('vendor_value', 0.5) }} as vendor_median,
        count(vendor_landed_value) as vendor_landed_count,
        avg(vendor_landed_value) as vendor_landed_mean,
        {{ percentile('vendor_landed_value', 0.5) }} as vendor_landed_median,
        count(our_value) as our_count,
        avg(our_value) as our_mean,
        {{ percentile('our_value', 0.5) }} as our_median
    from {{ ref('intercom_comparison') }}
    group by source_system, month, metric, unit
),

reasons as (
    select
        source_system,
        month,
        metric,
        coalesce(reason, 'equal') as reason,
        count(*) as reason_count
    from {{ ref('intercom_comparison') }}
    group by source_system, month, metric, reason
)

select
    months.*,
    reasons.reason,
    reasons.reason_count
from months
inner join reasons
    on
        reasons.source_system = months.source_system
        and reasons.month = months.month
        and reasons.metric = months.metric
