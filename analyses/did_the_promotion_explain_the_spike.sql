-- Did the promotion explain the spike?
--
-- Read: the row of all topics says how many contacts came beyond those of the same weekdays before; part_of_excess says
--   which topics they were about. A promotion explains a spike when its own topics hold most of it.
-- Beware: whatever else happened in these days is in it. A topic whose interval holds 0 has no excess. Expected are the
--   same weekdays of the eight weeks before: a trend, a holiday or another promotion in them shifts it.
-- KPIs: none (countable contacts)
-- Columns:
--   promotion_id: promotion, from the seed promotions
--   topic: topic of the contact; all = all topics
--   days: days of the promotion up to the cut-off
--   n: countable contacts on them
--   expected: contacts on as many such weekdays of the eight weeks before
--   excess, ci_low, ci_high: n less expected, with the 95 % interval
--   growth: excess / expected
--   part_of_excess: excess / excess of all topics
with

promotion_days as (
    select
        promotion_id,
        kpi_date,
        min(kpi_date) over (partition by promotion_id) as first_date,
        count(*) over (partition by promotion_id) as days
    from marts.trends
    where is_promotion and kpi_date <= (select max(runs.as_of) from quality.runs)
    group by promotion_id, kpi_date
),

-- A contact of the promotion counts as one; of the weeks before as an eighth for each promotion day on its weekday.
weighed as (
    select
        promotions.promotion_id,
        promotions.days,
        coalesce(contacts.topic, 'unknown') as topic,
        case when contacts.conversation_date >= promotions.first_date then 1 else 0 end as n,
        case when contacts.conversation_date < promotions.first_date then 1 / 8.0 else 0 end as expected
    from promotion_days as promotions
    inner join core.fct_conversations as contacts
        on
            contacts.conversation_date = promotions.kpi_date
            or (
                contacts.conversation_date >= promotions.first_date - 56
                and contacts.conversation_date < promotions.first_date
                and isodow(contacts.conversation_date) = isodow(promotions.kpi_date)
            )
    where contacts.is_countable
),

summed as (
    select
        promotion_id,
        coalesce(topic, 'all') as topic,
        max(days) as days,
        sum(n) as n,
        sum(expected) as expected,
        1.96 * sqrt(sum(n) + sum(expected) * ceil(max(days) / 7) / 8) as half_width
    from weighed
    group by promotion_id, rollup(topic)
)

select
    promotion_id,
    topic,
    days,
    n,
    expected,
    n - expected as excess,
    n - expected - half_width as ci_low,
    n - expected + half_width as ci_high,
    (n - expected) / nullif(expected, 0) as growth,
    (n - expected) / max(case when topic = 'all' then n - expected end) over (partition by promotion_id) as part_of_excess
from summed
order by promotion_id asc, excess desc;
