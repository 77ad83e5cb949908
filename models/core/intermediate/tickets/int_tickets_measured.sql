{#- Decides of a ticket conversation: is_resolved, is_served, is_reopened, responder, exclusion_reason. -#}
{% set is_ever_solved = '(first_solved_at is not null or coalesce(is_resolved, false))' -%}
with

joined as (
    select
        activity.*,
        tickets.customer_id,
        tickets.customer_email,
        tickets.customer_phone,
        tickets.channel,
        tickets.topic,
        tickets.subtopic,
        tickets.team,
        coalesce(activity.last_replying_agent_id, tickets.assigned_agent_id) as agent_id,
        case when days.are_due then {{ dbt.dateadd('day', 1, 'tickets.due_at') }} else tickets.due_at end as due_at,
        case when days.are_sent or (days.are_created and activity.conversation_seq = 1) then null else activity.clock_started_at
        end as response_clock_started_at,
        case
            when (days.are_created and activity.conversation_seq = 1) or days.are_solved or days.are_changed then null
            when days.are_closed and tickets.solved_at is null then null
            else activity.started_at
        end as resolution_clock_started_at,
        tickets.assigned_bot_id as bot_id,
        max(case when activity.customer_turn_count is not null then 1 else 0 end) over (partition by activity.source_system) = 1
        and not activity.has_unknown_senders as knows_messages,
        -- What a later one follows was solved; else the last solve or reopening decides, or the word, but closed may be archived.
        case
            when activity.next_started_at is not null then true
            when activity.last_solved_at is not null
                then activity.last_solved_at >= coalesce(activity.last_reopened_at, activity.last_solved_at)
            when activity.last_reopened_at is not null then false
            when tickets.ticket_status = 'other' then null
            else activity.conversation_seq = 1 and coalesce(tickets.ticket_status = 'solved', false)
        end as is_resolved,
        coalesce(tickets.exclusion_reason, case
            when tickets.merged_into_ticket_id is not null and coalesce(
                tickets.created_at <= {{ hours_after('parents.first_reply_at', var('merged_child_repeat_hours')) }}, true
            ) then 'merged_child'
            when activity.is_outbound then 'outbound'
        end) as exclusion_reason
    from {{ ref('int_ticket_activity_summed') }} as activity
    inner join {{ ref('int_tickets_related') }} as tickets
        on tickets.source_system = activity.source_system and tickets.ticket_id = activity.ticket_id
    left join {{ ref('int_ticket_activity_summed') }} as parents
        on
            parents.source_system = tickets.source_system
            and parents.ticket_id = tickets.merged_into_ticket_id and parents.conversation_seq = 1
    left join {{ days_by_system({
        'are_created': ('tickets', ['created_at']), 'are_solved': ('tickets', ['solved_at']), 'are_due': ('tickets', ['due_at']),
        'are_closed': ('tickets', ['closed_at']), 'are_sent': ('ticket_messages', ['sent_at']),
        'are_changed': ('ticket_events', ['occurred_at']),
    }) }} as days on days.source_system = activity.source_system
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
    bot_id,
    case
        when is_human_served and is_bot_served then 'hybrid'
        when is_human_served then 'human'
        when is_bot_served then 'bot'
        else 'none'
    end as responder,
    case when is_resolved then 'stated' when is_resolved is null then 'unmapped' else 'none' end as resolution_evidence,
    exclusion_reason,
    cast(null as {{ dbt.type_string() }}) as queue_outcome,
    cast(null as {{ dbt.type_string() }}) as queue_outcome_evidence,
    cast(null as {{ dbt.type_string() }}) as bot_resolution,
    started_at,
    response_clock_started_at,
    knows_messages and response_clock_started_at is not null as is_bot_response_known,
    knows_messages and response_clock_started_at is not null as is_human_response_known,
    case when knows_messages then first_reply_at end as first_response_at,
    case when knows_messages then first_bot_reply_at end as first_bot_response_at,
    case when knows_messages then first_human_reply_at end as first_human_response_at,
    response_clock_started_at as human_clock_started_at,
    resolution_clock_started_at,
    cast(null as timestamp) as queued_at,
    cast(null as timestamp) as queue_left_at,
    first_solved_at as first_resolved_at,
    case when is_resolved then resolved_at end as resolved_at,
    greatest(coalesce(case when is_resolved then resolved_at end, last_public_at, started_at), started_at) as ended_at,
    due_at,
    work_seconds as handle_seconds,
    cast(null as {{ type_double() }}) as hold_seconds,
    cast(null as {{ type_double() }}) as wrap_seconds,
    bot_work_seconds as bot_handle_seconds,
    cast(0 as {{ type_double() }}) as telephony_seconds,
    case when knows_messages then coalesce(human_reply_count, 0) end as human_reply_count,
    case when knows_messages then coalesce(bot_reply_count, 0) end as bot_reply_count,
    case when knows_messages then coalesce(customer_turn_count, 0) end as customer_turn_count,
    is_resolved,
    is_human_served or is_bot_served as is_served,
    is_escalated,
    false as is_abandoned,
    case when reopened_at is not null then true when is_reopening_told then false end as is_reopened,
    reopened_at,
    false as is_bot_involved,
    false as is_bot_engaged,
    false as is_bot_blocked,
    false as is_handed_over,
    false as is_left_in_bot
from (
    select
        *,
        -- Without messages, who did something on the ticket served it, or solved it.
        case
            when knows_messages then first_human_reply_at is not null
            else has_agent_events or ({{ is_ever_solved }} and not has_bot_events and bot_id is null)
        end as is_human_served,
        case
            when knows_messages then first_bot_reply_at is not null
            else has_bot_events or ({{ is_ever_solved }} and not has_agent_events and bot_id is not null)
        end as is_bot_served,
        -- Back and answered, or back and still open: a thank-you is solved again without a reply.
        case
            when
                first_returned_at is not null
                and (coalesce(last_reply_at > first_returned_at, false) or not coalesce(is_resolved, true))
                then first_returned_at
            when not knows_messages and first_reopened_by_customer_at > first_solved_at then first_reopened_by_customer_at
        end as reopened_at,
        -- Without messages the log tells, if there is one; one whom nobody knows may have been the customer.
        knows_messages
        or (has_log and not coalesce(last_reopened_by_unknown_at > first_solved_at, false)) as is_reopening_told
    from joined
) as told
