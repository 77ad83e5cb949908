-- Why did first contact resolution fall?
--
-- Read: from the top, a month in which everything together fell, and the topic that pulled it down most. Where
--   part_of_fall is near 1, that topic is the answer.
-- Beware: with fifty topics some always fall. Months that fell by chance come last; the topic's interval must lie below
--   0; part_of_fall says nothing where the total hardly moved. Small topics and unripe months are left out.
--   For channels or teams, or the year before, change the conditions of `falls`.
-- KPIs: fcr_issue_48h
-- Columns:
--   month: first day of the month
--   total_before, total_now: the KPI of everything, in the month before and in this one
--   is_total_beyond_chance: that change is larger than both intervals allow
--   topic: topic of the issue
--   n_before, n_now: issues about it
--   n_pending: issues about it in the month whose 48 hours have not passed, in neither rate
--   topic_before, topic_now: the KPI of the topic
--   topic_change, ci_low, ci_high: its change, with the 95 % interval
--   effect: what it added to the total's change, by its own rate and by its weight
--   part_of_fall: the same as a part of the total's change
with

falls as (
    select
        *,
        1.96 * sqrt(
            value_before * (1 - value_before) / n_before + value_now * (1 - value_now) / n_now
        ) as half_width
    from marts.kpi_change_drivers
    where
        kpi_id = 'fcr_issue_48h' and grain = 'month' and compared_with = 'period_before' and dimension = 'topic'
        and is_mature and not is_small_n and total_change < 0
)

select
    falls.period_start as month,
    falls.total_value_before as total_before,
    falls.total_value_now as total_now,
    review.is_change_beyond_chance as is_total_beyond_chance,
    falls.segment as topic,
    falls.n_before,
    falls.n_now,
    counted.n_pending,
    falls.value_before as topic_before,
    falls.value_now as topic_now,
    falls.value_now - falls.value_before as topic_change,
    falls.value_now - falls.value_before - falls.half_width as ci_low,
    falls.value_now - falls.value_before + falls.half_width as ci_high,
    falls.effect,
    falls.effect / falls.total_change as part_of_fall
from falls
inner join marts.kpi_values as counted
    on
        counted.kpi_id = falls.kpi_id
        and counted.grain = falls.grain
        and counted.period_start = falls.period_start
        and counted.slice = 'topic'
        and counted.topic = falls.segment
inner join marts.review_pack as review
    on review.kpi_id = falls.kpi_id and review.grain = falls.grain and review.period_start = falls.period_start
order by is_total_beyond_chance desc, falls.effect asc
limit 20;
