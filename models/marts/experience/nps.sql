with

cells as (
    select * from {{ ref('kpi_experience') }}
)

select
    kpi_date as response_date,
    channel,
    topic,
    responder,
    sum(nps_promoters) as promoter_count,
    sum(nps_responses - nps_promoters - nps_detractors) as passive_count,
    sum(nps_detractors) as detractor_count,
    sum(nps_responses) as response_count,
    sum(nps_excluded) as excluded_count,
    100 * {{ rate('sum(nps_balance)', 'sum(nps_responses)') }} as nps
from cells
group by kpi_date, channel, topic, responder
having sum(nps_responses) + sum(nps_excluded) > 0
