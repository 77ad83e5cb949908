select
    intent,
    sum(labelled_count) as labelled_count,
    sum(correct_count) / nullif(sum(labelled_count), 0) as recall,
    sum(correct_count) / nullif(sum(predicted_count), 0) as precision
from marts.intent_accuracy
where month_start_date > $month - interval 12 months and month_start_date <= $month
group by intent
having sum(labelled_count) >= 30
order by recall, intent
limit 10
