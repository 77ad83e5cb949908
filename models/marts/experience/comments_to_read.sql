{#- Where the comments behind the numbers are. The words themselves never land: they are read in the survey tool. -#}
with

responses as (
    select * from {{ ref('int_responses_classified') }}
    where is_answered and comment_length > 0
),

conversations as (
    select * from {{ ref('fct_conversations') }}
)

select
    responses.survey_response_id,
    responses.response_date,
    responses.source_system as survey_system,
    responses.survey_id,
    responses.conversation_id,
    responses.channel,
    responses.topic,
    responses.team,
    responses.responder,
    responses.question,
    responses.score,
    responses.scale_max,
    responses.comment_length,
    responses.is_low_score,
    -- Resolved on record, and the customer is not content: to be read first.
    responses.is_low_score and coalesce(conversations.is_resolved, false) as is_contradiction
from responses
left join conversations on conversations.conversation_id = responses.conversation_id
