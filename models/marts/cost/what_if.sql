{#-
    What a month would have looked like with more automation, fewer repeats or faster answers.
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

worked as (
    select
        cast({{ dbt.date_trunc('month', 'kpi_date') }} as date) as month_start_date,
        sum(human_worked_count) as human_worked_count
    from {{ ref('kpi_automation_value') }}
    group by cast({{ dbt.date_trunc('month', 'kpi_date') }} as date)
),

-- The sums of a month's KPIs as a whole, and of satisfaction by responder.
sums as (
    select
        period_start as month_start_date,
        kpi_id || coalesce('_' || responder, '') as measured,
        numerator,
        denominator,
        {{ rate('numerator', 'denominator') }} as kpi_value
    from {{ ref('int_kpi_sums') }}
    where grain = 'month' and (slice = 'all' or (slice = 'responder' and kpi_id = 'csat_top_box'))
),

whole as (
    select
        month_start_date,
        max(case when measured = 'identity_coverage' then denominator end) as contact_count,
        max(case when measured = 'automation_rate' then numerator end) as automated_contact_count,
        max(case when measured = 'repeat_contact_rate_48h' then denominator end) as contact_anchors_48h,
        max(case when measured = 'repeat_contact_rate_48h' then numerator end) as contact_repeated_48h,
        max(case when measured = 'cost_per_interaction' then numerator end) as cost,
        max(case when measured = 'cost_per_interaction' then kpi_value end) as contact_cost,
        max(case when measured = 'cost_per_human_interaction' then kpi_value end) as human_contact_cost,
        coalesce(max(case when measured = 'cost_per_automated_interaction' then kpi_value end), 0) as automated_contact_cost,
        max(case when measured = 'handle_time_mean' then kpi_value end) / 3600 as handle_hours,
        max(case when measured = 'first_response_human_mean' then kpi_value end) as first_response_seconds,
        max(case when measured = 'csat_top_box' then kpi_value end) as csat,
        max(case when measured = 'csat_top_box_bot' then kpi_value end)
        - max(case when measured = 'csat_top_box_human' then kpi_value end) as bot_csat_difference
    from sums
    group by month_start_date
),

-- The month as it was.
months as (
    select
        whole.*,
        worked.human_worked_count
    from whole
    inner join worked on worked.month_start_date = whole.month_start_date
    where whole.contact_count > 0
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
