-- Which hand-overs from bots to people lose context?
--
-- Read: from the top, what the agent most often does not get to see, and after which reason for the hand-over. Where all
--   reasons lose a part alike, mend the interface; where is_worse_than_all is true, mend that way out of the bot.
-- Beware: only hand-overs whose tool says what was passed on are in n. Whether the agent asked again does not land.
-- KPIs: handover_context_score, handover_context_coverage
-- Columns:
--   context_part: transcript, intent, customer (who they are), slots (what they already told), attempts (what was tried)
--   handover_reason: why the bot handed over
--   n: hand-overs of which it is known
--   n_unknown: hand-overs of which it is not known
--   lost_share, ci_low, ci_high: not passed on / n, with the 95 % interval
--   lost_share_of_all: the same after all reasons
--   is_worse_than_all: the interval lies above it
with

parts as (
    select
        part.context_part,
        coalesce(handovers.handover_reason, 'not stated') as handover_reason,
        part.is_passed_on
    from core.fct_handovers as handovers
    cross join lateral (
        values
        ('transcript', handovers.has_transcript),
        ('intent', handovers.has_intent),
        ('customer', handovers.has_customer),
        ('slots', handovers.has_slots),
        ('attempts', handovers.has_attempts)
    ) as part (context_part, is_passed_on)
),

counted as (
    select
        context_part,
        handover_reason,
        count(is_passed_on) as n,
        count(*) - count(is_passed_on) as n_unknown,
        count(*) filter (where not is_passed_on) as lost,
        sum(count(*) filter (where not is_passed_on)) over (partition by context_part)
        / sum(count(is_passed_on)) over (partition by context_part) as lost_share_of_all
    from parts
    group by context_part, handover_reason
    having n > 0
),

rated as (
    select
        *,
        lost / n as lost_share,
        (lost + 1.9208 - 1.96 * sqrt(lost * (n - lost) / n + 0.9604)) / (n + 3.8416) as ci_low,
        (lost + 1.9208 + 1.96 * sqrt(lost * (n - lost) / n + 0.9604)) / (n + 3.8416) as ci_high
    from counted
)

select
    context_part,
    handover_reason,
    n,
    n_unknown,
    lost_share,
    ci_low,
    ci_high,
    lost_share_of_all,
    lost_share > lost_share_of_all and ci_low > lost_share_of_all as is_worse_than_all
from rated
order by lost_share_of_all desc, context_part asc, ci_low desc;
