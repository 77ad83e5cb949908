with comments as (
    select
        topic,
        case
            when is_contradiction then 'low score though resolved'
            when is_low_score then 'other low score'
            else 'no low score'
        end as kind
    from marts.comments_to_read
    where response_date >= $month - interval 2 months and response_date < $month + interval 1 month and topic is not null
),

counted as (
    select
        topic,
        kind,
        count(*) as comment_count,
        sum(count(*)) over (partition by topic) as topic_count
    from comments
    group by topic, kind
)

select
    topic as label,
    kind as series,
    comment_count as value,
    comment_count as n
from counted
qualify dense_rank() over (order by topic_count desc, topic) <= 12
order by topic_count desc, topic, kind
