-- On which day and at which hour are we understaffed?
--
-- Read: from the top, the hours of the week that lose more customers than an average hour would. Where half of them leave,
--   nobody was there; where a fifth leaves, there were too few.
-- Beware: those who wait for a person, by telephone or chat; a mail waits patiently. Hours are those of the reporting zone
--   over all landed time; for one month take grain = 'month'. Who closes on purpose loses on purpose.
-- KPIs: abandonment_rate
-- Columns:
--   iso_weekday: 1 = Monday to 7 = Sunday
--   hour_of_day: 0 to 23
--   contacts_per_hour: countable contacts of all channels that begin in such an hour
--   n: who waited for a person beyond the short threshold, or was answered
--   lost_count: of them who left before a person came
--   abandonment_rate, ci_low, ci_high: lost_count / n, with the 95 % interval
--   rate_of_week: the same of the whole week
--   lost_above_average: lost_count less what rate_of_week would have lost
with

hours as (
    select
        iso_weekday,
        hour_of_day,
        sum(contacts_per_hour) as contacts_per_hour,
        sum(offered_not_short_count) as n,
        sum(abandoned_count) as lost_count,
        sum(sum(abandoned_count)) over () / sum(sum(offered_not_short_count)) over () as rate_of_week
    from marts.contacts_by_hour
    where grain = 'all'
    group by iso_weekday, hour_of_day
    having sum(offered_not_short_count) > 0
)

select
    iso_weekday,
    hour_of_day,
    contacts_per_hour,
    n,
    lost_count,
    lost_count / n as abandonment_rate,
    (lost_count + 1.9208 - 1.96 * sqrt(lost_count * (n - lost_count) / n + 0.9604)) / (n + 3.8416) as ci_low,
    (lost_count + 1.9208 + 1.96 * sqrt(lost_count * (n - lost_count) / n + 0.9604)) / (n + 3.8416) as ci_high,
    rate_of_week,
    lost_count - n * rate_of_week as lost_above_average
from hours
order by lost_above_average desc
limit 24;
