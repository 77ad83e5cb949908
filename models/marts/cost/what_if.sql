{#-
    What a month would have looked like with more automation, fewer repeats or faster answers (catalogue K46).
    Repeats: each point of first contact resolution takes away a point of contacts. Automation: contacts move from
    people to bots, at the difference of their costs. Speed: waiting is the inverse of idle time, so half the wait takes
    twice the idle hours.
-#}
with

scenarios as (
    select
        scenario,
        sum(case when lever = 'automation' then change_by else 0 end) as automation_change,
        sum(case when lever = 'fcr' then change_by else 0 end) as fcr_change,
        sum(case when lever = 'first_response' then change_by else 0 end) as first_response_change
    from {{ ref('what_if_scenarios') }}
    group by scenario
),

monthly as (
    select * from {{ ref('kpi_measures') }}
    where grain = 'month'
),

satisfaction as (
    select
        period_start,
        max(case when responder = 'bot' then {{ rate('csat_5_top_box', 'csat_5_responses') }} end) as bot_csat,
        max(case when responder = 'human' then {{ rate('csat_5_top_box', 'csat_5_responses') }} end) as human_csat
    from monthly
    where slice = 'responder'
    group by period_start
),

-- The month as it was.
months as (
    select
        monthly.period_start as month_start_date,
        monthly.countable_count as contact_count,
        monthly.bot_net_contained_count as automated_contact_count,
        monthly.human_worked_count,
        monthly.contact_anchors_48h,
        monthly.contact_repeated_48h,
        monthly.cost,
        {{ rate('monthly.cost', 'monthly.costed_count') }} as contact_cost,
        {{ rate('monthly.human_contact_cost', 'monthly.human_costed_count') }} as human_contact_cost,
        coalesce({{ rate('monthly.automated_contact_cost', 'monthly.automated_costed_count') }}, 0)
        as automated_contact_cost,
        {{ rate('monthly.handle_seconds', 'monthly.handled_count') }} / 3600 as handle_hours,
        {{ rate('monthly.human_calendar_seconds', 'monthly.human_responded_count') }} as first_response_seconds,
        {{ rate('monthly.csat_5_top_box', 'monthly.csat_5_responses') }} as csat,
        satisfaction.bot_csat - satisfaction.human_csat as bot_csat_difference
    from monthly
    left join satisfaction on satisfaction.period_start = monthly.period_start
    where monthly.slice = 'all' and monthly.countable_count > 0
),

repeats_avoided as (
    select
        months.*,
        scenarios.*,
        least(scenarios.fcr_change * months.contact_anchors_48h, months.contact_repeated_48h) as avoided_count
    from months
    cross join scenarios
),

moved as (
    select
        *,
        contact_count - avoided_count as new_contact_count,
        least(
            automation_change * (contact_count - avoided_count),
            human_worked_count * (1 - avoided_count / contact_count)
        ) as moved_count
    from repeats_avoided
),

staffed as (
    select
        *,
        human_worked_count * (1 - avoided_count / contact_count) - moved_count as new_human_count,
        human_worked_count * handle_hours as worked_hours,
        (1 - {{ var('planned_occupancy') }}) / {{ var('planned_occupancy') }} as idle_per_worked_hour
    from moved
),

hours as (
    select
        *,
        new_human_count * handle_hours as new_worked_hours,
        worked_hours * (1 + idle_per_worked_hour) as paid_hours,
        new_human_count * handle_hours * (1 + idle_per_worked_hour / (1 - first_response_change)) as new_paid_hours,
        new_human_count * handle_hours * idle_per_worked_hour * (1 / (1 - first_response_change) - 1) as extra_idle_hours
    from staffed
),

-- A paid hour costs a contact of people over the paid time that it takes.
priced as (
    select
        *,
        cost
        - avoided_count * contact_cost
        - moved_count * (human_contact_cost - automated_contact_cost)
        + extra_idle_hours * {{ rate('human_contact_cost', 'handle_hours * (1 + idle_per_worked_hour)') }} as new_cost
    from hours
)

select
    month_start_date,
    scenario,
    contact_count,
    new_contact_count,
    automated_contact_count,
    automated_contact_count * (1 - avoided_count / contact_count) + moved_count as new_automated_contact_count,
    human_worked_count,
    new_human_count as new_human_worked_count,
    cost,
    new_cost,
    new_cost - cost as cost_change,
    first_response_seconds,
    first_response_seconds * (1 - first_response_change) as new_first_response_seconds,
    csat,
    csat + coalesce(moved_count / new_contact_count * bot_csat_difference, 0) as new_csat,
    paid_hours / {{ var('productive_hours_per_fte_month') }} as staff_fte,
    new_paid_hours / {{ var('productive_hours_per_fte_month') }} as new_staff_fte
from priced
