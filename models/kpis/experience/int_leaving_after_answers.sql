{{ config(materialized='view') }}
{#-
    Do satisfied customers stay? Purchases do not land; who wants to leave asks to cancel. Answers of identified
    customers whose days have passed, and whether a contact about cancelling followed.
-#}
with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

answers as (
    select
        responses.survey_response_id,
        responses.customer_id,
        responses.responded_at,
        responses.is_top_box,
        {{ dbt.dateadd('day', var('loyalty_days'), 'responses.responded_at') }} as followed_until
    from {{ ref('int_responses_classified') }} as responses
    where responses.is_response_counted and responses.scale = 'csat_5' and responses.customer_id is not null
),

cancellations as (
    select
        conversations.customer_id,
        conversations.started_at
    from {{ ref('fct_conversations') }} as conversations
    inner join {{ ref('topics') }} as topics on topics.topic = conversations.topic
    where conversations.is_countable and topics.loyalty_signal = 'cancellation'
)

select
    answers.survey_response_id,
    answers.is_top_box as is_satisfied,
    count(cancellations.started_at) > 0 as is_leaving
from answers
inner join cutoff on cutoff.as_of >= answers.followed_until
left join cancellations
    on
        cancellations.customer_id = answers.customer_id
        and cancellations.started_at > answers.responded_at
        and cancellations.started_at <= answers.followed_until
group by answers.survey_response_id, answers.is_top_box
