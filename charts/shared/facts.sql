-- What all boards say of themselves: the published run, the newest complete month (else the newest) and
-- whether it is complete, how much of a value must be mature, the currency.
select
    run_id,
    finished_at,
    as_of,
    rows,
    coalesce(
        (select max(period_start) from marts.review_pack where grain = 'month' and is_complete),
        (select max(period_start) from marts.kpi_values where grain = 'month'),
        cast(date_trunc('month', as_of) as date)
    ) as month,
    exists (select 1 from marts.review_pack where grain = 'month' and is_complete) as is_month_complete,
    (select any_value(mature_from) from marts.kpi_definitions) as mature_from,
    coalesce((select min(currency) from core.dim_currencies), '') as currency
from quality.runs
where outcome = 'published'
order by runs.rowid desc
limit 1
