with

responses as (
    select * from {{ ref('fct_survey_responses') }}
)

select
    cast({{ dbt.date_trunc('month', 'invitation_date') }} as date) as month_start_date,
    coalesce(survey_mode, 'unknown') as survey_mode,
    question,
    count(*) as sent_count,
    {{ count_if('is_delivered') }} as delivered_count,
    {{ count_if('is_delivered and is_closed') }} as closed_count,
    {{ count_if('is_delivered and is_closed and is_answered and not is_late') }} as answered_count,
    {{ count_if('is_answered and is_late') }} as late_count,
    {{ count_if('is_answered and comment_length > 0') }} as commented_count,
    {{ rate(
        count_if('is_delivered and is_closed and is_answered and not is_late'), count_if('is_delivered and is_closed')
    ) }} as response_rate
from responses
group by 1, 2, 3
