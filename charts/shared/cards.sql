-- Each KPI in its newest complete and mature month, else the newest complete one, with the thirteen months up to it.
with months as (
    select
        *,
        period_start <= $month and coalesce(maturity_rate, 1) >= $mature_from as is_final
    from marts.kpi_values
    where grain = 'month' and slice = 'all' and list_contains($kpis, kpi_id)
),

newest as (
    select *
    from months
    qualify row_number() over (
        partition by kpi_id
        order by is_final desc, period_start <= $month desc, period_start desc
    ) = 1
)

select
    newest.*,
    reviews.change,
    reviews.is_better,
    reviews.is_change_beyond_chance,
    (
        select list(months.value order by months.period_start)
        from months
        where
            months.kpi_id = newest.kpi_id
            and months.period_start between newest.period_start - interval 12 months and newest.period_start
    ) as history
from newest
left join marts.review_pack as reviews
    on reviews.kpi_id = newest.kpi_id and reviews.grain = 'month' and reviews.period_start = newest.period_start
