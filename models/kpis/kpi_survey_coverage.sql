{#- Which conversations were followed by a survey. Anchor: day of started_at; pending while one may still be sent. -#}
with

classified as (
    select * from {{ ref('int_conversations_classified') }}
),

asked as (
    select distinct conversation_id
    from {{ ref('fct_survey_responses') }}
    where conversation_id is not null
),

conversations as (
    select
        classified.*,
        classified.is_countable and classified.is_served as is_to_be_asked,
        asked.conversation_id is not null as is_asked,
        classified.as_of >= {{ hours_after('classified.ended_at', var('survey_prompt_hours')) }} as has_had_survey_time
    from classified
    left join asked on asked.conversation_id = classified.conversation_id
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    {{ count_if('is_to_be_asked and has_had_survey_time') }} as survey_expected_count,
    {{ count_if('is_to_be_asked and has_had_survey_time and is_asked') }} as surveyed_count,
    {{ count_if('is_to_be_asked and not has_had_survey_time') }} as survey_pending_count,
    {{ count_if('not is_to_be_asked') }} as survey_not_expected_count
from conversations
group by
    1,
    2,
    3,
    4,
    5
