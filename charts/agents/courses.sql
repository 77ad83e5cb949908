-- What has happened, course by course; whether it counts as in time is the KPIs' to say.
select
    course_id,
    count(*) as assigned_count,
    count(completed_at) as completed_count,
    count(assessed_at) as assessed_count,
    count(case when is_passed then 1 end) as passed_count
from core.fct_agent_training
where assigned_at >= $month - interval 11 months and assigned_at < $month + interval 1 month
group by course_id
having count(*) >= 10
order by assigned_count desc, course_id
