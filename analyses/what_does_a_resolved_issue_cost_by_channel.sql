-- What does a resolved issue cost, by the channel it begins in?
--
-- Read: cost_per_resolved_issue is what the channel really costs: all contacts of its issues, also those of issues that
--   stayed unresolved, over the resolved ones. Compare it with cost_per_contact: cheap contacts that solve little are dear.
-- Beware: hard topics may prefer a channel: before you blame it, take the query with topic beside channel. Anonymous
--   customers have no issues. Money is accounting and has no interval; the one shown is of resolved_share.
-- KPIs: cost_per_resolved_issue, cost_per_interaction, contacts_per_issue
-- Columns:
--   channel: channel of the issue's first contact
--   n: issues of the last twelve months with costs, 48 hours after their end
--   n_pending: issues that may still grow
--   resolved_share, ci_low, ci_high: left resolved by their last contact / n, with the 95 % interval
--   contacts_per_issue: contacts of an issue, in whatever channel
--   cost_per_contact: cost of all their contacts / these contacts
--   cost_per_resolved_issue: cost of all their contacts / resolved issues, in the landed currency
with

issues as (
    select
        *,
        ended_at > (select max(runs.as_of) from quality.runs) - interval 48 hour as is_pending
    from core.fct_issues
    where cost is not null and started_at > (select max(runs.as_of) from quality.runs) - interval 12 month
),

channels as (
    select
        channel,
        count(*) filter (where not is_pending) as n,
        count(*) filter (where is_pending) as n_pending,
        count(*) filter (where not is_pending and is_resolved) as resolved,
        sum(conversation_count) filter (where not is_pending) as contacts,
        sum(cost) filter (where not is_pending) as cost
    from issues
    group by channel
    having n > 0
)

select
    channel,
    n,
    n_pending,
    resolved / n as resolved_share,
    (resolved + 1.9208 - 1.96 * sqrt(resolved * (n - resolved) / n + 0.9604)) / (n + 3.8416) as ci_low,
    (resolved + 1.9208 + 1.96 * sqrt(resolved * (n - resolved) / n + 0.9604)) / (n + 3.8416) as ci_high,
    contacts / n as contacts_per_issue,
    cost / contacts as cost_per_contact,
    cost / nullif(resolved, 0) as cost_per_resolved_issue
from channels
order by cost_per_resolved_issue desc nulls last;
