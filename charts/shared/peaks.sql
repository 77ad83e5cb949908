-- A week by hours: contacts an hour, mean wait, or share of those who gave up, over the last three complete months.
-- Channels began at different times: the hours there were are summed over the months, and are those of the oldest channel.
with months as (
    select
        channel,
        hour_of_day,
        iso_weekday,
        sum(hour_count) as hour_count,
        sum(contact_count) as contact_count,
        sum(answer_wait_seconds) as answer_wait_seconds,
        sum(answer_waited_count) as answer_waited_count,
        sum(offered_not_short_count) as offered_not_short_count,
        sum(abandoned_count) as abandoned_count
    from marts.contacts_by_hour
    where grain = 'month' and period_start > $month - interval 3 months and period_start <= $month
    group by all
)

select
    hour_of_day as x,
    (['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])[iso_weekday] as y,
    case $measure
        when 'contacts' then sum(contact_count) / max(hour_count)
        when 'wait' then sum(answer_wait_seconds) / nullif(sum(answer_waited_count), 0)
        -- Of fewer than ten, no share.
        when 'abandoned' then sum(abandoned_count) / case when sum(offered_not_short_count) >= 10 then sum(offered_not_short_count) end
    end as value,
    case $measure
        when 'contacts' then sum(contact_count)
        when 'wait' then sum(answer_waited_count)
        when 'abandoned' then sum(offered_not_short_count)
    end as n
from months
group by hour_of_day, iso_weekday
order by iso_weekday, hour_of_day
