{#- Conversations of all sources with their key and their customer. Decided here: is_countable (nothing excludes it). -#}
with

unioned as (
    select * from {{ ref('int_tickets_measured') }}
    union all
    select * from {{ ref('int_chats_measured') }}
    union all
    select * from {{ ref('int_calls_measured') }}
),

conversations as (
    select
        *,
        {{ row_identifiers('unioned') }}
    from unioned
),

-- An id or address shared by very many people identifies nobody.
evidenced as (
    select
        conversations.*,
        case
            when conversations.id_identifier is not null then 'id'
            when conversations.email_identifier is not null and shared_email.shared_identifier is null then 'email'
            when conversations.phone_identifier is not null and shared_phone.shared_identifier is null then 'phone'
            else 'none'
        end as identity_evidence,
        {{ firmest_identifier('conversations') }} as firmest_identifier
    from conversations
    {{ join_shared_identifiers('conversations') }}
)

select
    {{ conversation_key(
        'evidenced.source_type',
        'evidenced.source_system',
        'evidenced.source_conversation_id',
        'evidenced.conversation_seq'
    ) }} as conversation_id,
    evidenced.source_system,
    evidenced.source_type,
    evidenced.source_conversation_id,
    evidenced.conversation_seq,
    customers.customer_id,
    evidenced.identity_evidence,
    evidenced.channel,
    evidenced.topic,
    evidenced.subtopic,
    evidenced.team,
    coalesce(team_calendars.calendar_id, '{{ var("default_calendar_id") }}') as calendar_id,
    evidenced.agent_id,
    evidenced.bot_id,
    evidenced.responder,
    evidenced.started_at,
    evidenced.response_clock_started_at,
    evidenced.resolution_clock_started_at,
    evidenced.is_bot_response_known,
    evidenced.is_human_response_known,
    evidenced.first_response_at,
    evidenced.first_bot_response_at,
    evidenced.first_human_response_at,
    evidenced.human_clock_started_at,
    evidenced.first_resolved_at,
    evidenced.resolved_at,
    evidenced.ended_at,
    evidenced.due_at,
    evidenced.queued_at,
    evidenced.queue_outcome,
    evidenced.queue_outcome_evidence,
    {{ seconds_between('evidenced.queued_at', 'evidenced.queue_left_at') }} as wait_seconds,
    evidenced.handle_seconds,
    evidenced.hold_seconds,
    evidenced.wrap_seconds,
    evidenced.bot_handle_seconds,
    evidenced.telephony_seconds,
    evidenced.human_reply_count,
    evidenced.bot_reply_count,
    evidenced.customer_turn_count,
    evidenced.is_resolved,
    evidenced.resolution_evidence,
    evidenced.exclusion_reason is null as is_countable,
    evidenced.exclusion_reason,
    evidenced.is_served,
    evidenced.is_escalated,
    evidenced.is_abandoned,
    evidenced.is_reopened,
    evidenced.reopened_at,
    evidenced.is_bot_involved,
    evidenced.is_bot_engaged,
    evidenced.is_bot_blocked,
    evidenced.is_handed_over,
    evidenced.is_left_in_bot,
    evidenced.bot_resolution,
    -- A bot that answers e-mail is of no bot outcome, and costs as others do.
    evidenced.is_bot_involved or evidenced.responder in ('bot', 'hybrid') as is_bot_costed
from evidenced
left join {{ ref('int_customers_matched') }} as customers on customers.identifier = evidenced.firmest_identifier
left join {{ ref('team_calendars') }} as team_calendars on team_calendars.team = evidenced.team
