-- Which topics follow which?
--
-- Read: a pair that is beyond chance is an answer that should have been given along with the first one ("your order is
--   on its way" - "and where is the invoice?").
-- Beware: there are thousands of pairs, and the rarest show the greatest lifts by chance. Only pairs that followed at
--   least ten times are listed, and z must exceed 4: one of 30,000 independent pairs does. None is an answer, too.
-- KPIs: contacts_per_issue
-- Columns:
--   topic, next_topic: what the issue was about, and the same customer's next one within seven days
--   n: issues about the first topic whose seven days have passed
--   followed_count: how many of them an issue about the second followed
--   follow_rate, ci_low, ci_high: followed_count / n, with the 95 % interval
--   base_rate: how often that issue follows any other topic
--   lift: follow_rate / base_rate
--   z: followed_count less what the base rate expects, in standard errors
--   is_beyond_chance: z is above 4
select
    topic,
    next_topic,
    issue_count as n,
    followed_count,
    follow_rate,
    follow_rate_ci_low as ci_low,
    follow_rate_ci_high as ci_high,
    base_rate,
    lift,
    (followed_count - issue_count * base_rate) / sqrt(issue_count * base_rate * (1 - base_rate)) as z,
    (followed_count - issue_count * base_rate) / sqrt(issue_count * base_rate * (1 - base_rate)) > 4 as is_beyond_chance
from marts.topic_sequences
where followed_count >= 10
order by z desc
limit 20;
