{#-
    The durations of a conversation in Chatwoot's reports, by the published definition and as its reporting_events have them: means over
    the conversation's replies and resolves, as the reports show them, copies of a retried job and all.
-#}
with

computed as (
    select
        landed_system,
        conversation_id,
        metric,
        count(*) as interval_count,
        avg(calendar_seconds) as calendar_seconds,
        avg(business_seconds) as business_seconds,
        min(started_at) as first_started_at,
        min(ended_at) as first_ended_at
    from {{ ref('base_chatwoot__intervals') }}
    group by landed_system, conversation_id, metric
),

landed as (
    select
        landed_system,
        conversation_id,
        event_name as metric,
        max(copy_number) as copy_count,
        count(case when copy_number = 1 then 1 end) as event_count,
        avg(calendar_seconds) as calendar_seconds,
        avg(business_seconds) as business_seconds,
        min(started_at) as started_at
    from {{ ref('base_chatwoot__events') }}
    where event_name in ('first_response', 'reply_time', 'conversation_resolved')
    group by landed_system, conversation_id, event_name
),

bots as (
    select distinct
        landed_system,
        conversation_id
    from {{ ref('base_chatwoot__messages') }}
    where is_bot_reply
),

compared as (
    select
        coalesce(computed.landed_system, landed.landed_system) as landed_system,
        coalesce(computed.conversation_id, landed.conversation_id) as conversation_id,
        coalesce(computed.metric, landed.metric) as metric,
        coalesce(computed.interval_count, 0) as interval_count,
        computed.calendar_seconds,
        computed.business_seconds,
        computed.first_started_at,
        computed.first_ended_at,
        coalesce(landed.event_count, 0) as event_count,
        coalesce(landed.copy_count, 0) > 1 as is_doubled,
        landed.calendar_seconds as landed_calendar_seconds,
        landed.business_seconds as landed_business_seconds,
        landed.started_at as landed_started_at
    from computed
    full join landed
        on
            landed.landed_system = computed.landed_system
            and landed.conversation_id = computed.conversation_id
            and landed.metric = computed.metric
),

explained as (
    select
        compared.*,
        case
            when compared.interval_count = 0 then 'message_gone'
            when compared.is_doubled then 'job_retried'
            when compared.event_count < compared.interval_count and lives.handed_over_at is not null
                then 'not_recorded_after_handover'
            when compared.event_count < compared.interval_count then 'not_recorded'
            when abs(compared.calendar_seconds - compared.landed_calendar_seconds) < 1 then null
            when compared.metric = 'first_response' and compared.landed_started_at <= conversations.created_at
                then 'counted_from_creation'
            when compared.metric = 'reply_time' and bots.conversation_id is not null then 'bot_did_not_stop_wait'
            else 'other_version'
        end as landed_reason
    from compared
    inner join {{ ref('base_chatwoot__conversations') }} as conversations
        on
            conversations.landed_system = compared.landed_system
            and conversations.conversation_id = compared.conversation_id
    inner join {{ ref('base_chatwoot__lives') }} as lives
        on
            lives.landed_system = compared.landed_system
            and lives.conversation_id = compared.conversation_id
    left join bots
        on
            bots.landed_system = compared.landed_system
            and bots.conversation_id = compared.conversation_id
)

select
    landed_system,
    conversation_id,
    metric,
    interval_count,
    calendar_seconds,
    business_seconds,
    landed_calendar_seconds,
    landed_business_seconds,
    first_started_at,
    first_ended_at,
    landed_reason,
    -- The week of the inbox may have been another one then.
    case
        when landed_reason is not null then landed_reason
        when abs(business_seconds - landed_business_seconds) >= 1 then 'working_hours_changed'
    end as landed_business_reason
from explained
