{#-
    An employee's verdict over all courses due, and all courses assessed, in a period. Anchors: day due; day assessed.
-#}
with

training as (
    select * from {{ ref('fct_agent_training') }}
),

courses as (
    select
        training.agent_key,
        coalesce(training.team, 'unknown') as team,
        training.course_id,
        training.attempt,
        {{ reporting_date('training.due_at') }} as due_date,
        {{ reporting_date('training.assessed_at') }} as assessed_date,
        training.is_owed as is_due,
        training.due_at > cutoff.as_of as is_pending,
        coalesce(training.completed_at <= training.due_at, false) as is_in_time,
        training.completed_at is not null as is_completed,
        coalesce(training.is_passed, false) as is_passed
    from training
    cross join {{ ref('stg_landing__as_of') }} as cutoff
),

grains as (
    select distinct grain from {{ ref('int_periods') }}
),

due as (
    select
        grains.grain,
        {{ start_of_period('grains.grain', 'courses.due_date') }} as period_start,
        courses.team,
        courses.agent_key,
        max(case when courses.is_pending then 1 else 0 end) as is_pending,
        min(case when courses.is_in_time then 1 else 0 end) as is_in_time,
        min(case when courses.is_completed then 1 else 0 end) as is_completed
    from courses
    cross join grains
    where courses.is_due
    group by 1, 2, 3, 4
),

-- A course is passed when one attempt of the period was; first attempts are those that no other came before.
assessed_courses as (
    select
        grains.grain,
        {{ start_of_period('grains.grain', 'courses.assessed_date') }} as period_start,
        courses.team,
        courses.agent_key,
        courses.course_id,
        max(case when courses.is_passed then 1 else 0 end) as is_passed,
        max(case when courses.attempt = 1 and courses.is_passed then 1 when courses.attempt = 1 then 0 end) as is_first_passed
    from courses
    cross join grains
    where courses.assessed_date is not null
    group by 1, 2, 3, 4, 5
),

assessed as (
    select
        grain,
        period_start,
        team,
        agent_key,
        min(is_passed) as is_passed,
        min(is_first_passed) as is_first_passed
    from assessed_courses
    group by 1, 2, 3, 4
)

select
    grain,
    period_start,
    team,
    agent_key,
    is_pending,
    is_in_time,
    is_completed,
    cast(null as integer) as is_passed,
    cast(null as integer) as is_first_passed
from due

union all

select
    grain,
    period_start,
    team,
    agent_key,
    cast(null as integer) as is_pending,
    cast(null as integer) as is_in_time,
    cast(null as integer) as is_completed,
    is_passed,
    is_first_passed
from assessed
