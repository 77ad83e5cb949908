-- A missed handle time brings the quality of the same slice with it.
with reviews as (
    select
        *,
        status in ('warn', 'bad') as is_missed
    from marts.review_pack
    join kpi_months($month, $mature_from) as months using (kpi_id, period_start)
    where grain = 'month'
)

select *
from reviews
where
    is_missed
    or (
        kpi_id in ('fcr_issue_48h', 'csat_top_box')
        and exists (select 1 from reviews where is_missed and kpi_id like '%handle_time%')
    )
order by list_position(['bad', 'warn'], status) nulls last, kpi_name
