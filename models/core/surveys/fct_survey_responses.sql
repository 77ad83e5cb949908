{#-
    Which answers count later: is_late (after the survey's window), is_superseded (the customer answered the NPS question
    again within nps_repeat_days), is_closed (the window has passed).
-#}
with

opened as (
    select distinct
        calendar_id,
        date_day,
        case when opens_epoch is not null then date_day end as open_date
    from {{ ref('int_business_windows') }}
),

business_days as (
    select
        calendar_id,
        date_day,
        min(open_date) over (
            partition by calendar_id
            order by date_day rows between 1 following and unbounded following
        ) as next_business_date
    from opened
),

joined as (
    select
        surveys.survey_response_id,
        surveys.source_system,
        surveys.survey_id,
        surveys.question,
        surveys.conversation_id,
        surveys.customer_id,
        surveys.attribution,
        surveys.survey_mode,
        surveys.channel,
        surveys.topic,
        surveys.team,
        surveys.responder,
        surveys.judged_agent_id as agent_id,
        surveys.judged_bot_id as bot_id,
        surveys.scale_min,
        surveys.scale_max,
        surveys.higher_is_better,
        surveys.score,
        surveys.comment_length,
        surveys.is_delivered,
        surveys.sent_at,
        surveys.responded_at,
        surveys.score is not null as is_answered,
        {{ dbt.dateadd('day', var('survey_window_days'), 'surveys.sent_at') }} as closes_at,
        coalesce(chained.is_first_contact_48h, false) as is_about_first_contact,
        coalesce({{ reporting_date('surveys.sent_at') }} <= business_days.next_business_date, false)
        as is_asked_within_business_day,
        cutoff.as_of
    from {{ ref('int_survey_responders') }} as surveys
    cross join {{ ref('stg_landing__as_of') }} as cutoff
    left join {{ ref('int_contacts_chained') }} as chained on chained.conversation_id = surveys.conversation_id
    left join business_days
        on
            business_days.calendar_id = surveys.calendar_id
            and business_days.date_day = {{ reporting_date('surveys.ended_at') }}
),

judged as (
    select
        *,
        is_answered and coalesce(responded_at > closes_at, false) as is_late
    from joined
),

-- Of a customer's answers to a question within the period the newest is counted; earlier ones are kept and not counted. An
-- answer that is late, or on another scale, supersedes none.
ordered as (
    select
        *,
        lead(coalesce(responded_at, sent_at)) over (
            partition by customer_id, question, scale_min, scale_max, is_answered, is_late
            order by coalesce(responded_at, sent_at), survey_response_id
        ) as next_answered_at
    from judged
)

select
    survey_response_id,
    source_system,
    survey_id,
    question,
    conversation_id,
    customer_id,
    agent_id,
    bot_id,

    attribution,
    survey_mode,
    channel,
    topic,
    team,
    responder,

    scale_min,
    scale_max,
    score,
    comment_length,

    higher_is_better,
    is_delivered,
    is_answered,
    is_about_first_contact,
    is_asked_within_business_day,
    is_late,
    as_of >= closes_at as is_closed,
    question = 'nps'
    and is_answered
    and customer_id is not null
    and coalesce(
        next_answered_at <= {{ dbt.dateadd('day', var('nps_repeat_days'), 'coalesce(responded_at, sent_at)') }}, false
    ) as is_superseded,

    {{ reporting_date('coalesce(responded_at, sent_at)') }} as response_date,
    {{ reporting_date('sent_at') }} as invitation_date,
    sent_at,
    responded_at
from ordered
