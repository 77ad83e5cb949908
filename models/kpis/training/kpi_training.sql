-- sqlfluff:dialect:postgres
{#
    Training done in time, and assessments passed, by employees. An employee has one verdict over all courses of a period,
    so this is made at each grain and slice.
-#}
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
    cast(null as {{ dbt.type_string() }}) as channel,
    cast(null as {{ dbt.type_string() }}) as topic,
    team,
    cast(null as {{ dbt.type_string() }}) as responder,
    cast(null as {{ dbt.type_string() }}) as bot,
    count(case when is_pending = 0 then 1 end) as trainees_due,
    count(case when is_pending = 1 then 1 end) as trainees_pending,
    count(case when is_pending = 0 and is_in_time = 1 then 1 end) as trainees_in_time,
    count(case when is_pending = 0 and is_in_time = 0 and is_completed = 1 then 1 end) as trainees_late,
    count(case when is_passed is not null then 1 end) as trainees_assessed,
    count(case when is_passed = 1 then 1 end) as trainees_passed,
    count(case when is_first_passed is not null then 1 end) as trainees_first_assessed,
    count(case when is_first_passed = 1 then 1 end) as trainees_first_passed
from begun
group by grouping sets (
    (grain, period_start),
    (grain, period_start, team)
)
