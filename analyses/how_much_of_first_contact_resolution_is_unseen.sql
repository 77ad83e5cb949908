-- How much of first contact resolution is pending or anonymous?
--
-- Read: fcr_rate is over the n contacts that can be judged. lowest and highest are the rate if all others had failed, or
--   had succeeded: only what lies between them is proved. Where n_anonymous makes the gap, ask for a customer number
--   before you ask for a better rate.
-- Beware: pending contacts ripen in two days, anonymous ones never. Who was served by nobody is not part of this KPI.
--   The 28 days up to the cut-off are shown.
-- KPIs: fcr_contact_48h, identity_coverage
-- Columns:
--   channel: channel of the contact
--   served_count: countable contacts that a bot or a person answered
--   n: of them those that the rate counts
--   n_pending: those whose 48 hours have not passed
--   n_anonymous: those of customers who cannot be seen to return
--   n_censored: those so soon after the first landed contact that they may repeat an unseen one
--   unseen_share: n_pending, n_anonymous and n_censored / served_count
--   fcr_rate, ci_low, ci_high: the KPI, with the 95 % interval
--   lowest, highest: the rate if all unseen contacts had failed, or had succeeded
with

served as (
    select *
    from core.fct_conversations
    where
        is_countable and is_served
        and started_at > (select max(runs.as_of) from quality.runs) - interval 28 day
),

counted as (
    select
        channel,
        count(*) as served_count,
        count(fcr_48h) as n,
        count(*) filter (where is_fcr_anchor and not is_fcr_mature_48h and not is_left_censored_48h) as n_pending,
        count(*) filter (where not is_fcr_anchor) as n_anonymous,
        count(*) filter (where is_fcr_anchor and is_left_censored_48h) as n_censored,
        count(*) filter (where fcr_48h) as k
    from served
    group by channel
)

select
    channel,
    served_count,
    n,
    n_pending,
    n_anonymous,
    n_censored,
    (served_count - n) / served_count as unseen_share,
    k / nullif(n, 0) as fcr_rate,
    (k + 1.9208 - 1.96 * sqrt(k * (n - k) / nullif(n, 0) + 0.9604)) / (n + 3.8416) as ci_low,
    (k + 1.9208 + 1.96 * sqrt(k * (n - k) / nullif(n, 0) + 0.9604)) / (n + 3.8416) as ci_high,
    k / served_count as lowest,
    (k + served_count - n) / served_count as highest
from counted
order by unseen_share desc, channel asc;
