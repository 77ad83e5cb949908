{#-
    Chatwoot's numbers of a conversation beside ours: first human response, waiting in later turns, resolution, reopening, what the bot
    did alone, hand-over, rating. calendar_difference is that of the same duration by the calendar.
-#}
with

ours as (
    select * from {{ ref('chatwoot_ours') }}
),

durations as (
    select * from {{ ref('base_chatwoot__durations') }}
),

theirs as (
    select * from {{ ref('base_chatwoot__numbers') }}
),

metrics as (
    select 'first_response' as metric
    union all
    select 'first_response_in_business_hours'
    union all
    select 'reply_time'
    union all
    select 'reply_time_in_business_hours'
    union all
    select 'conversation_resolved'
    union all
    select 'conversation_resolved_in_business_hours'
    union all
    select 'conversation_resolved_by_people'
    union all
    select 'conversation_opened'
    union all
    select 'conversation_bot_resolved'
    union all
    select 'conversation_bot_handoff'
    union all
    select 'csat'
),

-- A count of nothing is no number.
our_numbers as (
    select
        ours.landed_system,
        ours.conversation_id,
        metrics.metric,
        case metrics.metric
            when 'first_response' then ours.first_response_seconds
            when 'first_response_in_business_hours' then ours.first_response_business_seconds
            when 'reply_time' then ours.reply_seconds
            when 'reply_time_in_business_hours' then ours.reply_business_seconds
            when 'conversation_resolved' then ours.resolution_seconds
            when 'conversation_resolved_in_business_hours' then ours.resolution_business_seconds
            when 'conversation_resolved_by_people' then ours.human_resolution_seconds
            when 'conversation_opened' then nullif(ours.reopening_count, 0)
            when 'conversation_bot_resolved' then nullif(ours.bot_resolved_count, 0)
            when 'conversation_bot_handoff' then nullif(ours.handover_count, 0)
            when 'csat' then ours.rating
        end as our_value
    from ours
    cross join metrics
),

compared as (
    select
        coalesce(theirs.landed_system, our_numbers.landed_system) as landed_system,
        coalesce(theirs.conversation_id, our_numbers.conversation_id) as conversation_id,
        coalesce(theirs.metric, our_numbers.metric) as metric,
        theirs.vendor_value,
        theirs.vendor_landed_value,
        our_numbers.our_value,
        theirs.landed_reason
    from theirs
    full join our_numbers
        on
            our_numbers.landed_system = theirs.landed_system
            and our_numbers.conversation_id = theirs.conversation_id
            and our_numbers.metric = theirs.metric
    where
        our_numbers.our_value is not null
        or (
            coalesce(theirs.vendor_value, theirs.vendor_landed_value) is not null
            and theirs.metric <> 'conversation_resolved_by_people'
        )
)

select
    compared.landed_system,
    compared.conversation_id,
    compared.metric,
    case
        when compared.metric = 'csat' then 'points'
        when compared.metric in ('conversation_opened', 'conversation_bot_resolved', 'conversation_bot_handoff') then 'count'
        else 'seconds'
    end as unit,
    compared.vendor_value,
    compared.vendor_landed_value,
    compared.our_value,
    compared.our_value - compared.vendor_value as difference,
    compared.landed_reason,
    durations.first_started_at,
    durations.first_ended_at,
    coalesce(durations.interval_count, 0) as interval_count,
    case
        when durations.metric = 'first_response' then ours.first_response_seconds
        when durations.metric = 'reply_time' then ours.reply_seconds
        when durations.metric = 'conversation_resolved' then ours.resolution_seconds
    end - durations.calendar_seconds as calendar_difference
from compared
left join durations
    on
        durations.landed_system = compared.landed_system
        and durations.conversation_id = compared.conversation_id
        and durations.metric = case
            when compared.metric like 'first_response%' then 'first_response'
            when compared.metric like 'reply_time%' then 'reply_time'
            when compared.metric like 'conversation_resolved%' then 'conversation_resolved'
        end
left join ours
    on
        ours.landed_system = compared.landed_system
        and ours.conversation_id = compared.conversation_id
