-- Every hour of the day has its column; one in which no chat began is blank.
with hours as (
    select unnest(range(24)) as hour_of_day
),

began as (
    select
        hours.hour_of_day,
        sum(chats.started_count) as started_count,
        sum(chats.bot_count) as bot_count,
        sum(chats.answered_count) as answered_count,
        sum(chats.unanswered_count) as unanswered_count
    from hours
    left join marts.chat_activity as chats
        on
            chats.hour_of_day = hours.hour_of_day
            and chats.activity_date = (select max(activity_date) from marts.chat_activity)
    group by hours.hour_of_day
)

select
    hour_of_day as x,
    unnest(['began', 'bot alone', 'answered', 'unanswered']) as y,
    unnest([started_count, bot_count, answered_count, unanswered_count]) as value
from began
order by list_position(['began', 'bot alone', 'answered', 'unanswered'], y), x
