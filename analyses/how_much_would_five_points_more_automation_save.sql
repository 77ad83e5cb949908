-- How much would five points more automation save?
--
-- Read: one row per complete month, the newest first: the month as it was, and with five of a hundred contacts moved from
--   people to the bot. saved_today says what the bot saves already: the next points rarely save as much as the first.
-- Beware: a formula, no forecast: moved contacts are priced like today's average, while a bot takes the easy ones first.
--   Money follows only where the payroll does. Other scenarios of marts.what_if: fcr_up_5_points, first_response_halved.
-- KPIs: automation_rate, csat_top_box
-- Columns:
--   month: first day of the month
--   n: countable contacts whose 48 hours have passed
--   n_pending: countable contacts whose 48 hours have not passed
--   automation_rate, ci_low, ci_high: solved for good by the bot / n, with the 95 % interval
--   moved_contacts: contacts that would change from people to the bot
--   cost: cost of the month, in the landed currency
--   cost_change, cost_change_share: what the change would have made of it
--   staff_change: full-time people, idle time at the planned occupancy included
--   csat, csat_change: satisfied answers, and what the change would have made of them
--   saved_today: what automation saves already, net of its platform and of returns
with

savings as (
    select
        month_start_date,
        sum(net_saving) as net_saving
    from marts.automation_savings
    group by month_start_date
)

select
    what_if.month_start_date as month,
    automation.n,
    automation.n_pending,
    automation.value as automation_rate,
    automation.ci_low,
    automation.ci_high,
    what_if.new_automated_contact_count - what_if.automated_contact_count as moved_contacts,
    what_if.cost,
    what_if.cost_change,
    what_if.cost_change / what_if.cost as cost_change_share,
    what_if.new_staff_fte - what_if.staff_fte as staff_change,
    what_if.csat,
    what_if.new_csat - what_if.csat as csat_change,
    savings.net_saving as saved_today
from marts.what_if
inner join marts.kpi_values as automation
    on
        automation.period_start = what_if.month_start_date
        and automation.kpi_id = 'automation_rate'
        and automation.grain = 'month'
        and automation.slice = 'all'
inner join marts.review_pack as review
    on
        review.period_start = automation.period_start
        and review.kpi_id = automation.kpi_id
        and review.grain = 'month'
        and review.is_complete
left join savings on savings.month_start_date = what_if.month_start_date
where what_if.scenario = 'automation_up_5_points'
order by month desc;
