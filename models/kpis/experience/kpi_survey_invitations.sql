{#-
    Survey response rate: questions answered in time over questions delivered, so that an invitation answered in part
    counts in part. Short and prompt are properties of the invitation, which is counted at its first question.
    Anchor: day of the invitation, pending until its window has closed.
-#}
with

responses as (
    select * from {{ ref('fct_survey_responses') }}
),

conversations as (
    select
        conversation_id,
        ended_at
    from {{ ref('fct_conversations') }}
),

questions as (
    select
        responses.*,
        row_number() over (
            partition by responses.source_system, responses.survey_id
            order by responses.question
        ) = 1 as is_invitation,
        count(*) over (partition by responses.source_system, responses.survey_id) as question_count,
        {{ seconds_between('conversations.ended_at', 'responses.sent_at') }} as seconds_after_end
    from responses
    left join conversations on conversations.conversation_id = responses.conversation_id
)

select
    invitation_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_delivered and is_closed then 1 end) as survey_questions_delivered,
    count(case when is_delivered and is_closed and is_answered and not is_late then 1 end) as survey_questions_answered,
    count(case when is_delivered and not is_closed then 1 end) as survey_questions_pending,
    count(case when not is_delivered then 1 end) as survey_questions_undelivered,
    count(case when is_invitation then 1 end) as survey_invitations,
    count(case when is_invitation and question_count <= {{ var('micro_survey_max_questions') }} then 1 end)
    as micro_survey_invitations,
    count(case when is_invitation and seconds_after_end is not null then 1 end) as placed_survey_invitations,
    count(case when is_invitation and seconds_after_end <= 3600 * {{ var('survey_prompt_hours') }} then 1 end)
    as prompt_survey_invitations,
    count(case when is_invitation and seconds_after_end is null then 1 end) as unplaced_survey_invitations
from questions
group by 1, 2, 3, 4, 5, 6
