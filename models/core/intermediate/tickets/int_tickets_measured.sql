{#- Decides of a ticket conversation: is_resolved, is_served, is_reopened, responder, exclusion_reason. -#}
with

activity as (
    select * from {{ ref('int_ticket_activity_summed') }}
),

-- Where a tool's messages land, a ticket without any was not answered; elsewhere that is not known.
systems_with_messages as (
    select distinct source_system from activity
    where customer_turn_count is not null
),

-- A follow-up without a topic has its parent's. A merged ticket is judged by its parent's first reply; of two, by the older's.
related as (
    select
        tickets.source_system,
        tickets.ticket_id,
        followed.topic as followed_topic,
        followed.subtopic as followed_subtopic,
        tickets.merged_into_ticket_id is not null
        and not coalesce(
            merged_into.merged_into_ticket_id = tickets.ticket_id
            and (
                tickets.created_at < merged_into.created_at
                or (tickets.created_at = merged_into.created_at and tickets.ticket_id <= merged_into.ticket_id)
            ), false
        )
        and coalesce(
            tickets.created_at <= {{ hours_after('parent_activity.first_reply_at', var('merged_child_repeat_hours')) }}, true
        ) as is_merged_child
    from {{ accepted(ref('int_tickets_judged')) }} as tickets
    left join {{ accepted(ref('int_tickets_judged')) }} as followed
        on
            followed.source_system = tickets.source_system
            and followed.ticket_id = tickets.follow_up_of_ticket_id
    left join {{ accepted(ref('int_tickets_judged')) }} as merged_into
        on
            merged_into.source_system = tickets.source_system
            and merged_into.ticket_id = tickets.merged_into_ticket_id
    left join activity as parent_activity
        on
            parent_activity.source_system = tickets.source_system
            and parent_activity.ticket_id = tickets.merged_into_ticket_id
            and parent_activity.conversation_seq = 1
    where coalesce(tickets.follow_up_of_ticket_id, tickets.merged_into_ticket_id) is not null
),

joined as (
    select
        activity.*,
        tickets.customer_id,
        tickets.customer_email,
        tickets.customer_phone,
        tickets.channel,
        coalesce(tickets.topic, related.followed_topic) as topic,
        coalesce(tickets.subtopic, related.followed_subtopic) as subtopic,
        tickets.team,
        coalesce(activity.last_replying_agent_id, tickets.assigned_agent_id) as agent_id,
        tickets.due_at,
        events.work_seconds,
        coalesce(events.escalation_count, 0) > 0 as is_escalated,
        systems_with_messages.source_system is not null as has_landed_messages,
        -- Where no messages land, an agent's event or a solve says that a person saw it.
        systems_with_messages.source_system is null
        and (coalesce(events.agent_event_count, 0) > 0 or activity.first_solved_at is not null) as is_served_unseen,
        -- A conversation that a later one follows was solved; otherwise the last solve or reopening decides.
        activity.next_started_at is not null
        or (
            activity.last_solved_at is not null
            and activity.last_solved_at >= coalesce(activity.last_reopened_at, activity.last_solved_at)
        ) as is_resolved,
        coalesce(
            statuses.exclusion_reason,
            case when related.is_merged_child then 'merged_child' when tickets.is_outbound then 'outbound' end
        ) as exclusion_reason
    from activity
    inner join {{ accepted(ref('int_tickets_judged')) }} as tickets
        on
            tickets.source_system = activity.source_system
            and tickets.ticket_id = activity.ticket_id
    left join {{ ref('int_ticket_events_summed') }} as events
        on
            events.source_system = activity.source_system
            and events.ticket_id = activity.ticket_id
            and events.conversation_seq = activity.conversation_seq
    left join related
        on
            related.source_system = tickets.source_system
            and related.ticket_id = tickets.ticket_id
    left join systems_with_messages on systems_with_messages.source_system = activity.source_system
    left join {{ ref('ticket_statuses') }} as statuses on statuses.ticket_status = tickets.ticket_status
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
        when human_reply_count > 0 or is_served_unseen then 'human'
        when bot_reply_count > 0 then 'bot'
        else 'none'
    end as responder,
    case when is_resolved then 'stated' else 'none' end as resolution_evidence,
    exclusion_reason,
    cast(null as {{ dbt.type_string() }}) as queue_outcome,
    cast(null as {{ dbt.type_string() }}) as bot_resolution,
    started_at,
    first_reply_at as first_response_at,
    first_bot_reply_at as first_bot_response_at,
    first_human_reply_at as first_human_response_at,
    started_at as human_clock_started_at,
    cast(null as timestamp) as queued_at,
    cast(null as timestamp) as queue_left_at,
    first_solved_at as first_resolved_at,
    case when is_resolved then resolved_at end as resolved_at,
    greatest(coalesce(case when is_resolved then resolved_at end, last_public_at, started_at), started_at) as ended_at,
    due_at,
    work_seconds as handle_seconds,
    cast(null as {{ type_double() }}) as hold_seconds,
    cast(null as {{ type_double() }}) as wrap_seconds,
    cast(null as {{ type_double() }}) as bot_handle_seconds,
    cast(0 as {{ type_double() }}) as telephony_seconds,
    case when has_landed_messages then coalesce(human_reply_count, 0) end as human_reply_count,
    case when has_landed_messages then coalesce(bot_reply_count, 0) end as bot_reply_count,
    case when has_landed_messages then coalesce(customer_turn_count, 0) end as customer_turn_count,
    is_resolved,
    first_reply_at is not null or is_served_unseen as is_served,
    is_escalated,
    false as is_abandoned,
    -- Back and answered, or back and still open: a thank-you is solved again without a reply.
    (first_returned_at is not null and (coalesce(last_reply_at > first_returned_at, false) or not is_resolved))
    or (not has_landed_messages and coalesce(first_reopened_by_customer_at > first_solved_at, false)) as is_reopened,
    false as is_bot_involved,
    false as is_bot_engaged,
    false as is_bot_blocked,
    false as is_handed_over,
    false as is_left_in_bot
from joined
