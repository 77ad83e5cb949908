-- sqlfluff:dialect:postgres
{#
    Training done in time, and assessments passed, by employees. An employee has one verdict over all courses of a period,
    so this is made at each grain and slice.
-#}
{% set unknown = "cast(null as " ~ dbt.type_string() ~ ")" -%}
with

verdicts as (
    select * from {{ ref('int_training_verdicts') }}
),

periods as (
    select distinct
        grain,
        period_start
    from {{ ref('int_periods') }}
),

-- Courses may be due in years to come, or long before the first contact.
begun as (
    select verdicts.*
    from verdicts
    inner join periods
        on
            periods.grain = verdicts.grain
            and periods.period_start = verdicts.period_start
)

select
    grain,
    period_start,
    case when grouping(team) = 0 then 'team' else 'all' end as slice,
    {{ unknown }} as channel,
    {{ unknown }} as topic,
    team,
    {{ unknown }} as responder,
    {{ count_if('is_pending = 0') }} as trainees_due,
    {{ count_if('is_pending = 1') }} as trainees_pending,
    {{ count_if('is_pending = 0 and is_in_time = 1') }} as trainees_in_time,
    {{ count_if('is_pending = 0 and is_in_time = 0 and is_completed = 1') }} as trainees_late,
    {{ count_if('is_passed is not null') }} as trainees_assessed,
    {{ count_if('is_passed = 1') }} as trainees_passed,
    {{ count_if('is_first_passed is not null') }} as trainees_first_assessed,
    {{ count_if('is_first_passed = 1') }} as trainees_first_passed
from begun
group by grouping sets (
    (grain, period_start),
    (grain, period_start, team)
)
