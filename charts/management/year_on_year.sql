-- The last day whose 28 days are mature enough, of each KPI on its own.
with newest as (
    select *
    from marts.trends
    where coalesce(maturity_rate_28d, 1) >= $mature_from and value_28d is not null
    qualify row_number() over (partition by kpi_id order by kpi_date desc) = 1
)

select
    definitions.name_en as kpi_name,
    definitions.unit,
    newest.kpi_date as last_day,
    newest.value_28d as value,
    newest.value_28d_a_year_before as year_before,
    newest.value_28d - newest.value_28d_a_year_before as change,
    newest.target,
    newest.n_28d as n
from newest
join marts.kpi_definitions as definitions using (kpi_id)
where definitions.is_headline
order by definitions.family, kpi_name
