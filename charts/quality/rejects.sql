with rules as (
    select
        rule,
        severity,
        count(*) as defect_count
    from quality.rejects
    group by all
),

ranked as (
    select
        *,
        sum(defect_count) over (partition by rule) as rule_count
    from rules
)

select
    rule as label,
    case severity when 'row' then 'row refused' when 'value' then 'value emptied' else 'word mapped' end as series,
    defect_count as value,
    defect_count as n
from ranked
qualify dense_rank() over (order by rule_count desc, rule) <= 15
order by rule_count desc, rule, series
