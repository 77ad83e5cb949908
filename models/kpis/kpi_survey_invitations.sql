{#-
    Survey response rate: questions answered in time over questions delivered, so that an invitation answered in part
    counts in part. Anchor: day of the invitation, pending until its window has closed.
-#}
with

questions as (
    select * from {{ ref('fct_survey_responses') }}
)

select
    invitation_date as kpi_date,
    {{ kpi_dimensions() }},
    {{ count_if('is_delivered and is_closed') }} as survey_questions_delivered,
    {{ count_if('is_delivered and is_closed and is_answered and not is_late') }} as survey_questions_answered,
    {{ count_if('is_delivered and not is_closed') }} as survey_questions_pending,
    {{ count_if('not is_delivered') }} as survey_questions_undelivered
from questions
group by
    1,
    2,
    3,
    4,
    5
