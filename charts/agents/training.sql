with newest as (
    select
        *,
        value_84d * n_84d as counted
    from marts.trends
    where
        kpi_date = (select max(kpi_date) from marts.trends)
        and list_contains(
            ['training_completion_rate', 'training_late_rate', 'assessment_pass_rate', 'assessment_first_pass_rate'], kpi_id
        )
)

select
    definitions.name_en as label,
    newest.value_84d as value,
    wilson(newest.counted, newest.n_84d, -1) as low,
    wilson(newest.counted, newest.n_84d, 1) as high,
    newest.n_84d as n
from newest
join marts.kpi_definitions as definitions using (kpi_id)
where newest.n_84d > 0
order by newest.kpi_id desc
