{#- Decides of a call, all its legs together: is_resolved, is_served, queue_outcome, is_bot_involved, exclusion_reason. -#}
with

-- Where a tool never says when a call ended, none is taken for one that goes on.
systems_with_ends as (
    select distinct source_system
    from {{ ref('int_calls_collapsed') }}
    where last_ended_at is not null
),

-- A caller without an input was not helped by the menu. Who never came out of it hung up in it.
engaged as (
    select
        *,
        not is_answered and last_outcome = 'ivr_contained' as is_ended_in_menu,
        not is_answered and last_outcome = 'ivr_contained' and coalesce(ivr_inputs, 1) > 0 as is_ivr_contained,
        coalesce(not is_answered and ivr_inputs = 0, false) as is_unengaged,
        case
            when direction <> 'inbound' then null
            when is_answered then 'answered'
            when last_outcome in ('voicemail', 'callback_requested', 'overflow') then last_outcome
            when last_outcome not in ('abandoned', 'unanswered') then null
            when leg_count = 1 and not is_queued and is_in_menu_to_the_end then 'left_in_menu'
            else 'abandoned'
        end as queue_outcome
    from {{ ref('int_calls_collapsed') }}
),

-- A caller who hangs up while being passed on, or is promised a call, was served, and the call did not end normally. A menu
-- that only routes is no bot; a call that ended in the menu was the bot's, one that was hung up in it where inputs are told.
judged as (
    select
        engaged.*,
        coalesce(
            engaged.is_stated_resolved,
            (engaged.is_answered or engaged.is_ivr_contained)
            and engaged.is_normal_end
            and (engaged.last_ended_at is not null or systems_with_ends.source_system is null)
        ) as is_resolved,
        case when engaged.last_ended_at is not null then engaged.ended_at end as resolution_at,
        engaged.is_ended_in_menu
        or coalesce(engaged.queue_outcome = 'left_in_menu' and engaged.ivr_inputs is not null, false) as is_bot_involved
    from engaged
    left join systems_with_ends on systems_with_ends.source_system = engaged.source_system
)

select
    source_system,
    'call' as source_type,
    root_call_id as source_conversation_id,
    1 as conversation_seq,
    customer_id,
    customer_email,
    customer_phone,
    'phone' as channel,
    topic,
    subtopic,
    team,
    agent_id,
    cast(null as {{ dbt.type_string() }}) as bot_id,
    case when is_answered then 'human' when is_ivr_contained then 'bot' else 'none' end as responder,
    case when is_stated_resolved is not null then 'stated' when is_resolved then 'inferred' else 'none' end
    as resolution_evidence,
    case
        when direction = 'outbound' then 'outbound'
        when direction = 'internal' then 'internal'
        when direction <> 'inbound' or (not is_answered and last_outcome = 'unknown') then 'unmapped'
        when not is_answered and last_outcome = 'failed' then 'failed'
        when is_ended_in_menu and is_unengaged then 'unengaged'
    end as exclusion_reason,
    queue_outcome,
    case
        when queue_outcome in ('abandoned', 'left_in_menu') and not is_stated_hung_up then 'inferred'
        when queue_outcome is not null then 'stated'
    end as queue_outcome_evidence,
    case when is_ivr_contained and is_stated_resolved then 'resolved_task' end as bot_resolution,
    started_at,
    case when has_times then started_at end as response_clock_started_at,
    has_times and (ivr_responded_at is not null or not is_ivr_contained) as is_bot_response_known,
    has_times and (answered_at is not null or not is_answered) as is_human_response_known,
    least(ivr_responded_at, answered_at) as first_response_at,
    ivr_responded_at as first_bot_response_at,
    answered_at as first_human_response_at,
    case when has_times then started_at end as human_clock_started_at,
    case when has_times then started_at end as resolution_clock_started_at,
    -- The wait begins with the first leg's queue, or where none was written down, with the end of its menu.
    case when queue_outcome <> 'left_in_menu' and has_times then least(coalesce(queued_at, menu_left_at), answered_at) end
    as queued_at,
    case when is_answered then answered_at else last_leg_ended_at end as queue_left_at,
    case when is_resolved then resolution_at end as first_resolved_at,
    case when is_resolved then resolution_at end as resolved_at,
    ended_at,
    cast(null as timestamp) as due_at,
    handle_seconds,
    hold_seconds,
    wrap_seconds,
    bot_handle_seconds,
    telephony_seconds,
    answered_leg_count as human_reply_count,
    case when ivr_responded_at is not null then 1 else 0 end as bot_reply_count,
    coalesce(ivr_inputs, 0) as customer_turn_count,
    is_resolved,
    is_answered or is_ivr_contained as is_served,
    false as is_escalated,
    not is_answered and last_outcome in ('abandoned', 'unanswered') as is_abandoned,
    false as is_reopened,
    cast(null as timestamp) as reopened_at,
    is_bot_involved,
    is_bot_involved and not is_unengaged as is_bot_engaged,
    false as is_bot_blocked,
    false as is_handed_over,
    not is_ivr_contained or not coalesce(is_stated_resolved, true) as is_left_in_bot
from judged
