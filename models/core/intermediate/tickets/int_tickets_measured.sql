with

tickets as (
    select * from {{ ref('int_tickets_accepted') }}
),

all_tickets as (
    select * from {{ ref('int_tickets_accepted') }}
),

conversations as (
    select * from {{ ref('int_ticket_conversations') }}
),

messages as (
    select * from {{ ref('int_ticket_messages_summed') }}
),

events as (
    select * from {{ ref('int_ticket_events_summed') }}
),

resolutions as (
    select * from {{ ref('int_ticket_resolutions') }}
),

statuses as (
    select * from {{ ref('ticket_statuses') }}
),

systems_with_messages as (
    select source_system from {{ ref('int_message_systems') }}
    where source_type = 'ticket'
),

-- A follow-up ticket without a topic speaks of its parent's; a merged one is judged by its parent's first reply.
-- Of two that were merged into each other the older is the parent; a ticket is no child of itself.
related as (
    select
        tickets.source_system,
        tickets.ticket_id,
        max(followed.topic) as followed_topic,
        max(followed.subtopic) as followed_subtopic,
        max(merged_into_messages.first_reply_at) as merged_into_first_reply_at,
        max(case
            when
                merged_into.merged_into_ticket_id = tickets.ticket_id
                and (
                    tickets.created_at < merged_into.created_at
                    or (tickets.created_at = merged_into.created_at and tickets.ticket_id <= merged_into.ticket_id)
                )
                then 1
            else 0
        end) = 1 as is_merged_back
    from tickets
    left join all_tickets as followed
        on
            followed.source_system = tickets.source_system
            and followed.ticket_id = tickets.follow_up_of_ticket_id
    left join all_tickets as merged_into
        on
            merged_into.source_system = tickets.source_system
            and merged_into.ticket_id = tickets.merged_into_ticket_id
    left join messages as merged_into_messages
        on
            merged_into_messages.source_system = tickets.source_system
            and merged_into_messages.ticket_id = tickets.merged_into_ticket_id
            and merged_into_messages.conversation_seq = 1
    where tickets.follow_up_of_ticket_id is not null or tickets.merged_into_ticket_id is not null
    group by
        tickets.source_system,
        tickets.ticket_id
),

joined as (
    select
        tickets.source_system,
        tickets.ticket_id,
        conversations.conversation_seq,
        tickets.customer_id,
        tickets.customer_email,
        tickets.customer_phone,
        tickets.channel,
        coalesce(tickets.topic, related.followed_topic) as topic,
        coalesce(tickets.subtopic, related.followed_subtopic) as subtopic,
        tickets.team,
        coalesce(messages.last_replying_agent_id, tickets.assigned_agent_id) as agent_id,
        tickets.is_outbound,
        tickets.due_at,
        conversations.started_at,
        messages.first_reply_at,
        messages.first_bot_reply_at,
        messages.first_human_reply_at,
        messages.last_reply_at,
        messages.first_returned_at,
        messages.last_public_at,
        resolutions.first_solved_at,
        resolutions.resolved_at as lasting_solve_at,
        events.work_seconds,
        coalesce(messages.human_reply_count, 0) as human_reply_count,
        coalesce(messages.bot_reply_count, 0) as bot_reply_count,
        coalesce(messages.customer_turn_count, 0) as customer_turn_count,
        coalesce(events.agent_event_count, 0) as agent_event_count,
        coalesce(events.escalation_count, 0) > 0 as is_escalated,
        systems_with_messages.source_system is not null as has_landed_messages,
        resolutions.first_reopened_by_customer_at,
        statuses.exclusion_reason as status_exclusion_reason,
        -- What comes back to life was solved before; otherwise the last turn decides.
        conversations.next_started_at is not null
        or (
            resolutions.last_solved_at is not null
            and resolutions.last_solved_at >= coalesce(resolutions.last_reopened_at, resolutions.last_solved_at)
        ) as is_resolved,
        tickets.merged_into_ticket_id is not null
        and not related.is_merged_back
        and tickets.created_at <= coalesce(
            {{ hours_after('related.merged_into_first_reply_at', var('merged_child_repeat_hours')) }},
            tickets.created_at
        ) as is_merged_child
    from conversations
    inner join tickets
        on
            tickets.source_system = conversations.source_system
            and tickets.ticket_id = conversations.ticket_id
    left join messages
        on
            messages.source_system = conversations.source_system
            and messages.ticket_id = conversations.ticket_id
            and messages.conversation_seq = conversations.conversation_seq
    left join events
        on
            events.source_system = conversations.source_system
            and events.ticket_id = conversations.ticket_id
            and events.conversation_seq = conversations.conversation_seq
    left join resolutions
        on
            resolutions.source_system = conversations.source_system
            and resolutions.ticket_id = conversations.ticket_id
            and resolutions.conversation_seq = conversations.conversation_seq
    left join related
        on
            related.source_system = tickets.source_system
            and related.ticket_id = tickets.ticket_id
    left join systems_with_messages on systems_with_messages.source_system = tickets.source_system
    left join statuses on statuses.ticket_status = tickets.ticket_status
)

select
    source_system,
    'ticket' as source_type,
    ticket_id as source_conversation_id,
    conversation_seq,
    customer_id,
    customer_email,
    customer_phone,
    coalesce(channel, 'other') as channel,
    topic,
    subtopic,
    team,
    agent_id,
    cast(null as {{ dbt.type_string() }}) as bot_id,
    case
        when human_reply_count > 0 and bot_reply_count > 0 then 'hybrid'
        when human_reply_count > 0 then 'human'
        when bot_reply_count > 0 then 'bot'
        when not has_landed_messages and (agent_event_count > 0 or first_solved_at is not null) then 'human'
        else 'none'
    end as responder,
    started_at,
    first_reply_at as first_response_at,
    first_bot_reply_at as first_bot_response_at,
    first_human_reply_at as first_human_response_at,
    started_at as human_clock_started_at,
    first_solved_at as first_resolved_at,
    case when is_resolved then lasting_solve_at end as resolved_at,
    greatest(coalesce(case when is_resolved then lasting_solve_at end, last_public_at, started_at), started_at)
    as ended_at,
    cast(null as timestamp) as queued_at,
    cast(null as timestamp) as queue_left_at,
    cast(null as {{ dbt.type_string() }}) as queue_outcome,
    work_seconds as handle_seconds,
    cast(null as {{ type_double() }}) as hold_seconds,
    cast(null as {{ type_double() }}) as wrap_seconds,
    cast(null as {{ type_double() }}) as bot_handle_seconds,
    cast(0 as {{ type_double() }}) as telephony_seconds,
    is_resolved,
    case when is_resolved then 'stated' else 'none' end as resolution_evidence,
    first_reply_at is not null
    or (not has_landed_messages and (agent_event_count > 0 or first_solved_at is not null)) as is_served,
    is_escalated,
    false as is_abandoned,
    -- Back and answered, or back and still open: a thank-you is solved again without a reply.
    (first_returned_at is not null and (coalesce(last_reply_at > first_returned_at, false) or not is_resolved))
    or (not has_landed_messages and coalesce(first_reopened_by_customer_at > first_solved_at, false)) as is_reopened,
    case
        when status_exclusion_reason is not null then status_exclusion_reason
        when is_merged_child then 'merged_child'
        when is_outbound then 'outbound'
    end as exclusion_reason,
    case when has_landed_messages then human_reply_count end as human_reply_count,
    case when has_landed_messages then bot_reply_count end as bot_reply_count,
    case when has_landed_messages then customer_turn_count end as customer_turn_count,
    cast(null as {{ dbt.type_string() }}) as bot_stage,
    due_at
from joined
