{{ config(materialized='view') }}
{#- What customers said afterwards about a conversation: unhappy if any of their answers was. -#}
with

responses as (
    select
        responses.conversation_id,
        responses.score > responses.scale_max - questions.top_box_count
        and responses.score > responses.scale_min as is_happy
    from {{ ref('int_responses_classified') }} as responses
    inner join {{ ref('survey_questions') }} as questions on questions.question = responses.question
    where
        responses.question in ('csat', 'resolved')
        and responses.is_response_counted
        and responses.higher_is_better
        and responses.conversation_id is not null
)

select
    conversation_id,
    min(case when is_happy then 1 else 0 end) = 0 as is_unhappy
from responses
group by conversation_id
