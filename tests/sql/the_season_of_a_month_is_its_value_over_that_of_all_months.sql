{#- trends adds up days; here the months of kpi_values are added up. -#}
with

months as (
    select
        kpis.kpi_id,
        extract(month from kpis.period_start) as month_of_year,
        kpis.numerator,
        kpis.denominator
    from {{ ref('kpi_values') }} as kpis
    where kpis.grain = 'month' and kpis.slice = 'all'
),

seasons as (
    select distinct
        kpi_id,
        extract(month from kpi_date) as month_of_year,
        month_seasonal_index
    from {{ ref('trends') }}
    where month_seasonal_index is not null
),

worked_out as (
    select
        seasons.kpi_id,
        seasons.month_of_year,
        seasons.month_seasonal_index,
        sum(case when months.month_of_year = seasons.month_of_year then months.numerator end)
        / sum(case when months.month_of_year = seasons.month_of_year then months.denominator end)
        / (sum(months.numerator) / sum(months.denominator)) as expected_index
    from seasons
    inner join months on months.kpi_id = seasons.kpi_id
    group by seasons.kpi_id, seasons.month_of_year, seasons.month_seasonal_index
)

select *
from worked_out
where
    expected_index is null
    or abs(month_seasonal_index - expected_index) > 1e-6 * greatest(1, abs(expected_index))
