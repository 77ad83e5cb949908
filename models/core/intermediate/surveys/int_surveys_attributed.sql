{#-
    Which conversation an invitation asks about: the one it names, else the customer's last one before it. Both joins have the
    invitations on the right, where a join is built: they are fewer, and the conversations only pass.
-#}
with

surveys as (
    select
        *,
        {{ stable_id(['source_system', 'survey_id', 'question']) }} as survey_response_id,
        {{ row_identifiers('surveys') }}
    from {{ accepted(ref('int_surveys_judged')) }} as surveys
),

conversations as (
    select
        conversation_id,
        source_type,
        source_system,
        source_conversation_id,
        conversation_seq,
        customer_id,
        channel,
        topic,
        team,
        calendar_id,
        responder,
        agent_id,
        bot_id,
        started_at,
        ended_at
    from {{ ref('int_conversations_identified') }}
),

-- Of an invitation dated by day: it may have been sent until that day's end.
identified as (
    select
        surveys.*,
        case
            when days.are_sent then {{ instant_from_microseconds(epoch_microseconds('surveys.sent_at') ~ ' + 86399999999') }}
            else surveys.sent_at
        end as sent_until,
        {{ matched_customer() }} as matched_customer_id
    from surveys
    left join {{ days_by_system({'are_sent': ('surveys', ['sent_at'])}) }} as days on days.source_system = surveys.source_system
    {{ join_matched_customers('surveys') }}
),

-- A ticket that came back to life holds several conversations: the one of the invitation's moment counts.
candidates as (
    select
        identified.survey_response_id,
        'named' as attribution,
        conversations.*,
        row_number() over (
            partition by identified.survey_response_id
            order by
                case when conversations.started_at <= identified.sent_until then 0 else 1 end asc,
                conversations.conversation_seq desc
        ) as preference
    from conversations
    inner join identified
        on
            identified.conversation_type = conversations.source_type
            and identified.conversation_source_system = conversations.source_system
            and identified.conversation_id = conversations.source_conversation_id

    union all

    select
        identified.survey_response_id,
        'nearest' as attribution,
        conversations.*,
        row_number() over (
            partition by identified.survey_response_id
            order by conversations.ended_at desc, conversations.conversation_id asc
        ) as preference
    from conversations
    inner join identified
        on
            identified.matched_customer_id = conversations.customer_id
            and identified.sent_until >= conversations.ended_at
            and {{ hours_after('identified.sent_at', -1 * var('survey_attribution_hours')) }} <= conversations.ended_at
    where identified.conversation_id is null
)

select
    identified.survey_response_id,
    identified.source_system,
    identified.survey_id,
    identified.question,
    candidates.conversation_id,
    candidates.source_type,
    candidates.source_system as conversation_source_system,
    candidates.source_conversation_id,
    coalesce(candidates.customer_id, identified.matched_customer_id) as customer_id,
    candidates.channel,
    candidates.topic,
    candidates.team,
    candidates.calendar_id,
    candidates.responder,
    candidates.agent_id,
    candidates.bot_id,
    identified.survey_mode,
    identified.scale_min,
    identified.scale_max,
    identified.higher_is_better,
    identified.score,
    identified.comment_length,
    identified.is_delivered,
    identified.sent_at,
    identified.sent_until,
    identified.responded_at,
    candidates.ended_at,
    coalesce(candidates.attribution, 'none') as attribution
from identified
left join candidates
    on
        candidates.survey_response_id = identified.survey_response_id
        and candidates.preference = 1
