-- A year-over-year driver explains another change.
select
    review.kpi_id,
    review.grain,
    review.period_start,
    review.driving_topic,
    drivers.segment
from {{ ref('review_pack') }} as review
inner join {{ ref('kpi_change_drivers') }} as drivers
    on
        drivers.kpi_id = review.kpi_id
        and drivers.grain = review.grain
        and drivers.period_start = review.period_start
where
    drivers.compared_with = 'period_before'
    and drivers.dimension = 'topic'
    and drivers.effect_rank = 1
    and (review.driving_topic <> drivers.segment or review.driving_topic_effect <> drivers.effect)
