with months as (
    select
        month_start_date,
        sum(gross_saving) as gross_saving,
        sum(automation_cost) as automation_cost,
        sum(return_cost) as return_cost,
        sum(automated_priced_count) as priced_count
    from marts.automation_savings
    where month_start_date <= $month
    group by month_start_date
)

select
    month_start_date as x,
    unnest(['people''s work saved', 'cost of bots', 'cost of returns']) as series,
    unnest([gross_saving, -automation_cost, -return_cost]) as value,
    unnest([priced_count, null, null]) as n
from months
order by x
