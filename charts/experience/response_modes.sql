select
    question as x,
    survey_mode as y,
    case when sum(closed_count) >= 10 then sum(answered_count) / sum(closed_count) end as value,
    sum(closed_count) as n
from marts.survey_operations
where month_start_date > $month - interval 3 months and month_start_date <= $month
group by all
order by survey_mode, question
