{#-
    Contacts: how many, how many of known customers, about what (complaints, wishes to leave), followed by a survey or
    not. Anchor: day of started_at. Which topics are complaints or cancellations, the seed topics says.
-#}
with

topics as (
    select * from {{ ref('topics') }}
),

asked as (
    select distinct conversation_id
    from {{ ref('fct_survey_responses') }}
    where conversation_id is not null
),

conversations as (
    select
        classified.*,
        topics.loyalty_signal,
        classified.is_countable and classified.topic is not null as has_told_topic,
        classified.is_countable and classified.is_served as is_to_be_asked,
        asked.conversation_id is not null as is_asked,
        classified.as_of >= {{ hours_after('classified.ended_at', var('survey_prompt_hours')) }} as has_had_survey_time
    from {{ ref('int_conversations_classified') }} as classified
    left join topics on topics.topic = classified.topic
    left join asked on asked.conversation_id = classified.conversation_id
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(*) as conversation_count,
    count(case when is_countable then 1 end) as countable_count,
    count(case when not is_countable then 1 end) as uncounted_count,
    count(case when is_countable and customer_id is not null then 1 end) as identified_count,

    count(case when has_told_topic then 1 end) as told_topic_count,
    count(case when has_told_topic and loyalty_signal = 'complaint' then 1 end) as complaint_count,
    count(case when has_told_topic and loyalty_signal = 'cancellation' then 1 end) as cancellation_count,
    count(case when not has_told_topic then 1 end) as untold_topic_count,

    -- Pending while a survey may still be sent.
    count(case when is_to_be_asked and has_had_survey_time then 1 end) as survey_expected_count,
    count(case when is_to_be_asked and has_had_survey_time and is_asked then 1 end) as surveyed_count,
    count(case when is_to_be_asked and not has_had_survey_time then 1 end) as survey_pending_count,
    count(case when not is_to_be_asked then 1 end) as survey_not_expected_count
from conversations
group by 1, 2, 3, 4, 5, 6
