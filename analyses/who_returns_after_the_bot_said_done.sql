-- Who returns after the bot said done?
--
-- Read: from the top, the kind of question and the channel in which the bot closes what is not closed. by_phone_share
--   says how much of the saving is spent again at the most expensive place.
-- Beware: ranked by the lower end of the interval, so that few cases do not lead; rows whose intervals overlap do not
--   differ. Anonymous customers cannot be seen to return and are outside the rate: where they are many, it says little.
-- KPIs: false_containment_returned_rate
-- Columns:
--   topic_tier: how hard the topic is
--   channel: channel of the bot
--   n: conversations that the bot ended alone, of identified customers, whose 48 hours have passed
--   n_pending: bot conversations whose 48 hours have not passed
--   n_anonymous: conversations that the bot ended alone, of customers who cannot be seen to return
--   returned_count: customers who came back about the same topic within 48 hours
--   returned_rate, ci_low, ci_high: returned_count / n, with the 95 % interval
--   by_phone_share: how many of them came back by telephone
--   median_hours: half of them were back after so many hours
--   cost_of_returns: cost of the contacts that they came back with
with

-- The bot had the last word: with a return, without one, or not known yet.
ended_by_bot as (
    select
        conversations.channel,
        conversations.customer_id,
        coalesce(topics.topic_tier, 'unknown') as topic_tier,
        conversations.bot_outcome = 'pending' as is_pending,
        conversations.bot_outcome = 'contained_returned' as is_returned,
        repeats.repeat_channel,
        repeats.seconds_to_repeat,
        repeats.repeat_cost
    from core.fct_conversations as conversations
    left join core.dim_topics as topics on topics.topic = conversations.topic
    left join core.fct_repeats as repeats
        on
            repeats.conversation_id = conversations.conversation_id
            and conversations.bot_outcome = 'contained_returned'
    where
        conversations.is_countable
        and conversations.bot_outcome in (
            'pending', 'contained_returned', 'contained_durable', 'resolved_confirmed', 'resolved_task'
        )
),

counted as (
    select
        topic_tier,
        channel,
        count(*) filter (where not is_pending and customer_id is not null) as n,
        count(*) filter (where is_pending) as n_pending,
        count(*) filter (where not is_pending and customer_id is null) as n_anonymous,
        count(*) filter (where is_returned) as returned_count,
        count(*) filter (where repeat_channel = 'phone') as phone_count,
        median(seconds_to_repeat) / 3600 as median_hours,
        sum(repeat_cost) as cost_of_returns
    from ended_by_bot
    group by topic_tier, channel
    having n > 0
)

select
    topic_tier,
    channel,
    n,
    n_pending,
    n_anonymous,
    returned_count,
    returned_count / n as returned_rate,
    (returned_count + 1.9208 - 1.96 * sqrt(returned_count * (n - returned_count) / n + 0.9604)) / (n + 3.8416) as ci_low,
    (returned_count + 1.9208 + 1.96 * sqrt(returned_count * (n - returned_count) / n + 0.9604)) / (n + 3.8416) as ci_high,
    phone_count / nullif(returned_count, 0) as by_phone_share,
    median_hours,
    cost_of_returns
from counted
order by ci_low desc;
