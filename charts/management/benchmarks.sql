select
    definitions.name_en as kpi_name,
    definitions.unit,
    coalesce(gaps.channel, gaps.responder, gaps.topic_tier, 'all') as cut,
    gaps.value,
    gaps.low,
    gaps.high,
    gaps.is_reached as verdict,
    gaps.population,
    concat_ws(' ', gaps.source, gaps.year) as source
from marts.benchmark_gaps as gaps
join marts.kpi_definitions as definitions using (kpi_id)
join kpi_months($month, $mature_from) as months on months.kpi_id = gaps.kpi_id and months.period_start = gaps.month_start_date
where
    gaps.no_gap_reason is null
    -- Handle times stand beside the quality of their slice, on the board Operations.
    and gaps.kpi_id not like '%handle_time%'
order by kpi_name, cut
