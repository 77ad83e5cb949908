-- Which topics should the bot take next?
--
-- Read: from the top. possible_saving is what people's contacts of the last twelve months would have saved, had the bot
--   tried each of them first and solved as many for good as it does today.
-- Beware: it is an upper bound. Today's bot gets the easier contacts and no mail, and released capacity is money only
--   where the payroll falls. The bot's rate is taken at its lower end, so that topics it hardly tried do not lead.
-- KPIs: containment_rate_net_identified, cost_per_human_interaction
-- Columns:
--   topic: topic of the contact
--   topic_tier: how hard it is
--   human_contacts: contacts that people handled alone
--   n: bot conversations about it with an outcome, of identified customers
--   n_pending: bot conversations whose 48 hours have not passed
--   bot_rate, ci_low, ci_high: solved for good by the bot / n, with the 95 % interval
--   human_cost: mean cost of a contact that people handled alone, in the landed currency
--   try_cost: mean cost of the platform for one bot conversation
--   possible_saving: human_contacts x (ci_low x human_cost - try_cost)
with

last_year as (
    select
        *,
        bot_outcome not in ('pending', 'not_engaged', 'blocked') and customer_id is not null as is_tried_by_bot,
        bot_outcome in ('resolved_confirmed', 'resolved_task', 'contained_durable')
        and customer_id is not null as is_solved_by_bot
    from core.fct_conversations
    where is_countable and started_at > (select max(runs.as_of) from quality.runs) - interval 12 month
),

counted as (
    select
        topic,
        count(*) filter (where responder = 'human') as human_contacts,
        count(*) filter (where is_tried_by_bot) as n,
        count(*) filter (where bot_outcome = 'pending') as n_pending,
        count(*) filter (where is_solved_by_bot) as solved,
        avg(cost) filter (where responder = 'human') as human_cost,
        avg(bot_cost) filter (where is_tried_by_bot) as try_cost
    from last_year
    group by topic
    having n > 0
),

rated as (
    select
        *,
        (solved + 1.9208 - 1.96 * sqrt(solved * (n - solved) / n + 0.9604)) / (n + 3.8416) as ci_low,
        (solved + 1.9208 + 1.96 * sqrt(solved * (n - solved) / n + 0.9604)) / (n + 3.8416) as ci_high
    from counted
)

select
    coalesce(rated.topic, 'unknown') as topic,
    topics.topic_tier,
    rated.human_contacts,
    rated.n,
    rated.n_pending,
    rated.solved / rated.n as bot_rate,
    rated.ci_low,
    rated.ci_high,
    rated.human_cost,
    rated.try_cost,
    rated.human_contacts * (rated.ci_low * rated.human_cost - rated.try_cost) as possible_saving
from rated
left join core.dim_topics as topics on topics.topic = rated.topic
order by possible_saving desc nulls last
limit 20;
