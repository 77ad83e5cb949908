-- Each KPI in the month that boards show of it, with the thirteen months up to it.
select
    shown.*,
    months.is_final,
    reviews.change,
    reviews.is_better,
    reviews.is_change_beyond_chance,
    (
        select list(history.value order by history.period_start)
        from marts.kpi_values as history
        where
            history.grain = 'month' and history.slice = 'all' and history.kpi_id = shown.kpi_id
            and history.period_start between shown.period_start - interval 12 months and shown.period_start
    ) as history
from kpi_months($month, $mature_from) as months
join marts.kpi_values as shown using (kpi_id, period_start)
left join marts.review_pack as reviews using (kpi_id, grain, period_start)
where shown.grain = 'month' and shown.slice = 'all' and list_contains($kpis, kpi_id)
