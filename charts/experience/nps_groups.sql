with months as (
    select
        cast(date_trunc('month', response_date) as date) as month_start_date,
        sum(promoter_count) as promoters,
        sum(passive_count) as passives,
        sum(detractor_count) as detractors,
        sum(response_count) as answers
    from marts.nps
    where response_date < $month + interval 1 month
    group by 1
    having answers > 0
)

select
    month_start_date as x,
    unnest(['promoters', 'passives', 'detractors']) as series,
    unnest([promoters / answers, passives / answers, detractors / answers]) as value,
    unnest([promoters, passives, detractors]) as n
from months
order by x
