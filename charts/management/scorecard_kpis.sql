select
    kpis.kpi_group,
    definitions.name_en as kpi_name,
    definitions.unit,
    kpis.value,
    kpis.score,
    kpis.group_weight * kpis.weight_in_group as weight,
    kpis.group_weight * kpis.weight_in_group * kpis.score as points,
    kpis.not_counted_reason as not_counted
from marts.scorecard_kpis as kpis
join marts.kpi_definitions as definitions using (kpi_id)
where kpis.scorecard = 'balanced' and kpis.month_start_date = $month
order by kpis.kpi_group, kpis.kpi_weight desc, kpi_name
