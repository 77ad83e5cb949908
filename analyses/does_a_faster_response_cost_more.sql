-- Does a faster first response cost more?
--
-- Read: the first row, all channels: by how many per cent a contact became dearer when the first response by people became
--   one per cent faster since the month before. 0 = speed was free, 1 = it cost as much as it gave.
-- Beware: never read the price off single months: half of them pair faster with dearer by chance. Months differ in their
--   contacts, too. With many channels one interval may miss 0 by chance, so the verdict asks for three standard errors.
--   What idle time would cost by formula says marts.what_if, scenario first_response_halved.
-- KPIs: first_response_human_mean, cost_per_interaction
-- Columns:
--   channel: channel of the contact; all = all of them, each month of each channel once
--   n: pairs of a month and the month before
--   first_response_hours: mean first response by people, mean of the months
--   cost_per_interaction: mean of the months, in the landed currency
--   dearer_per_faster, ci_low, ci_high: per cent dearer for each per cent faster, with the 95 % interval
--   correlation: of both changes; 1 = each faster month was dearer
--   verdict: speed was bought, faster was cheaper, or no trade-off seen
with

changes as (
    select
        channel,
        first_response_seconds / 3600 as response_hours,
        cost_per_interaction,
        ln((first_response_seconds - first_response_change_seconds) / first_response_seconds) as faster,
        ln(cost_per_interaction / (cost_per_interaction - cost_per_interaction_change)) as dearer
    from marts.response_cost_tradeoff
    where
        first_response_seconds > 0 and first_response_seconds > first_response_change_seconds
        and cost_per_interaction > 0 and cost_per_interaction > cost_per_interaction_change
),

slopes as (
    select
        coalesce(channel, 'all') as channel,
        count(*) as n,
        avg(response_hours) as first_response_hours,
        avg(cost_per_interaction) as cost_per_interaction,
        regr_slope(dearer, faster) as slope,
        corr(dearer, faster) as correlation,
        sqrt(greatest(1 - corr(dearer, faster) ^ 2, 0) / (count(*) - 2))
        * stddev_samp(dearer) / nullif(stddev_samp(faster), 0) as slope_error
    from changes
    group by rollup(channel)
    having count(*) >= 10
)

select
    channel,
    n,
    first_response_hours,
    cost_per_interaction,
    slope as dearer_per_faster,
    slope - 1.96 * slope_error as ci_low,
    slope + 1.96 * slope_error as ci_high,
    correlation,
    case
        when slope > 3 * slope_error then 'speed was bought'
        when slope < -3 * slope_error then 'faster was cheaper'
        else 'no trade-off seen'
    end as verdict
from slopes
order by channel <> 'all', channel;
