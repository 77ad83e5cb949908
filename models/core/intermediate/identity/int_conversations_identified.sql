{#-
    Conversations of all sources with their key and their customer. Decided here: is_countable (nothing excludes it), and
    what a record says of its contact.
-#}
with

unioned as (
    select * from {{ ref('int_tickets_measured') }}
    union all
    select * from {{ ref('int_chats_measured') }}
    union all
    select * from {{ ref('int_calls_measured') }}
),

-- The tool's own ticket of a call or chat says what that itself does not, and is no contact.
conversations as (
    select
        unioned.*,
        coalesce(unioned.topic, contacts.record_topic) as told_topic,
        coalesce(unioned.subtopic, contacts.record_subtopic) as told_subtopic,
        coalesce(unioned.team, contacts.record_team) as told_team,
        case when unioned.resolution_evidence <> 'stated' then contacts.is_record_solved end as is_record_solved,
        greatest(unioned.ended_at, contacts.record_solved_at) as record_solved_at,
        case
            when tickets.ticket_id is not null and coalesce(unioned.exclusion_reason, 'outbound') = 'outbound'
                then 'record_of_contact'
            else unioned.exclusion_reason
        end as told_exclusion_reason,
        {{ row_identifiers('unioned') }}
    from unioned
    left join {{ ref('int_contact_records') }} as contacts
        on
            contacts.source_system = unioned.source_system
            and contacts.source_type = unioned.source_type
            and contacts.source_conversation_id = unioned.source_conversation_id
            and contacts.record_rank = 1
    left join {{ ref('int_contact_records') }} as tickets
        on
            tickets.ticket_system = unioned.source_system
            and tickets.ticket_id = unioned.source_conversation_id
            and unioned.source_type = 'ticket'
            and unioned.conversation_seq = 1
),

-- An address or number that very many people share is no customer's, and identifies nobody.
evidenced as (
    select
        conversations.*,
        case
            when by_id.customer_id is not null then 'id'
            when by_email.customer_id is not null then 'email'
            when by_phone.customer_id is not null then 'phone'
            else 'none'
        end as identity_evidence,
        {{ matched_customer() }} as matched_customer_id
    from conversations
    {{ join_matched_customers('conversations') }}
),

identified as (
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
        evidenced.matched_customer_id as customer_id,
        evidenced.identity_evidence,
        evidenced.channel,
        evidenced.told_topic as topic,
        evidenced.told_subtopic as subtopic,
        evidenced.told_team as team,
        coalesce(tool_calendars.calendar_id, team_calendars.calendar_id, '{{ var("default_calendar_id") }}') as calendar_id,
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
        case
            when evidenced.is_record_solved is null then evidenced.first_resolved_at
            when evidenced.is_record_solved then evidenced.record_solved_at
        end as first_resolved_at,
        case
            when evidenced.is_record_solved is null then evidenced.resolved_at
            when evidenced.is_record_solved then evidenced.record_solved_at
        end as resolved_at,
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
        coalesce(evidenced.is_record_solved, evidenced.is_resolved) as is_resolved,
        case when evidenced.is_record_solved is null then evidenced.resolution_evidence else 'stated' end as resolution_evidence,
        evidenced.told_exclusion_reason as exclusion_reason,
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
    left join {{ ref('team_calendars') }} as team_calendars on team_calendars.team = evidenced.told_team
    left join {{ ref('int_conversation_calendars') }} as tool_calendars
        on
            tool_calendars.source_system = evidenced.source_system
            and tool_calendars.source_type = evidenced.source_type
            and tool_calendars.source_conversation_id = evidenced.source_conversation_id
            and tool_calendars.spell_rank = 1
)

select
    *,
    exclusion_reason is null as is_countable
from identified
