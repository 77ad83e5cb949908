-- The five channels with most conversations with bots.
with largest as (
    select channel
    from marts.bot_concurrency
    group by channel
    order by sum(bot_conversation_count) desc, channel
    limit 5
)

select
    cast(date_trunc('month', conversation_date) as date) as x,
    channel as series,
    max(peak_bot_conversation_count) as value,
    sum(bot_conversation_count) as n,
    x <= $month as is_final
from marts.bot_concurrency
join largest using (channel)
group by all
order by series, x
