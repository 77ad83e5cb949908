{#- Decides of a call, all its legs together: is_resolved, is_served, queue_outcome, is_bot_involved, exclusion_reason. -#}
with

legs as (
    select
        *,
        call_outcome = 'answered' as is_answered,
        case when call_outcome = 'answered' then {{ seconds_between('answered_at', 'ended_at') }} end as talk_seconds,
        row_number() over (
            partition by source_system, root_call_id
            order by case when call_id = root_call_id then 0 else 1 end, started_at, call_id
        ) as leg_rank
    from {{ accepted(ref('int_calls_judged')) }} as calls
),

-- One call is all its legs: customer and topic are taken from the first, team and agent from the last.
collapsed as (
    select
        source_system,
        root_call_id,
        coalesce(max(case when leg_rank = 1 then customer_id end), max(customer_id)) as customer_id,
        coalesce(max(case when leg_rank = 1 then customer_email end), max(customer_email)) as customer_email,
        coalesce(max(case when leg_rank = 1 then customer_phone end), max(customer_phone)) as customer_phone,
        coalesce(max(case when leg_rank = 1 then topic end), max(topic)) as topic,
        coalesce(max(case when leg_rank = 1 then subtopic end), max(subtopic)) as subtopic,
        max(case when leg_rank = 1 then direction end) as direction,
        {{ value_at_latest('team', 'started_at') }} as team,
        {{ value_at_latest('agent_id', 'started_at') }} as agent_id,
        {{ value_at_latest('is_stated_resolved', 'started_at') }} as is_stated_resolved,
        min(started_at) as started_at,
        min(answered_at) as answered_at,
        min(case when ivr_inputs > 0 then ivr_started_at end) as ivr_responded_at,
        max(case when is_answered then 1 else 0 end) = 1 as is_answered,
        coalesce({{ value_at_latest('call_outcome', 'started_at') }} in ('answered', 'ivr_contained'), false) as is_normal_end,
        max(case when call_outcome = 'ivr_contained' then 1 else 0 end) = 1 as is_ended_in_menu,
        max(case when call_outcome = 'abandoned' then 1 else 0 end) = 1 as is_hung_up,
        min(case when call_outcome = 'failed' then 1 else 0 end) = 1 as is_failed,
        max(case when call_outcome = 'voicemail' then 1 else 0 end) = 1 as is_voicemail,
        max(case when call_outcome = 'callback_requested' then 1 else 0 end) = 1 as is_callback_requested,
        min(queued_at) as queued_at,
        max(case when leg_rank = 1 then coalesce(ivr_ended_at, started_at) end) as menu_left_at,
        -- The caller never came out of the menu: they hung up in it.
        max(case when ivr_started_at is not null then 1 else 0 end) = 1
        and coalesce(max(ivr_ended_at) >= max(ended_at), max(ivr_ended_at) is null) as is_in_menu_to_the_end,
        max(ivr_inputs) as ivr_inputs,
        count(case when is_answered then 1 end) as answered_leg_count,
        max(ended_at) as last_ended_at,
        max(coalesce(ended_at, answered_at, queued_at, ivr_ended_at, started_at)) as ended_at,
        {{ exact_sum_as_double('talk_seconds + coalesce(wrap_seconds, 0)') }} as handle_seconds,
        {{ exact_sum_as_double('case when talk_seconds is not null then hold_seconds end') }} as hold_seconds,
        {{ exact_sum_as_double('case when talk_seconds is not null then wrap_seconds end') }} as wrap_seconds,
        {{ exact_sum_as_double(seconds_between(
            'ivr_started_at', "coalesce(ivr_ended_at, case when call_outcome = 'ivr_contained' then ended_at end)"
        )) }} as bot_handle_seconds,
        coalesce({{ exact_sum_as_double(seconds_between('started_at', 'ended_at')) }}, 0) as telephony_seconds
    from legs
    group by source_system, root_call_id
),

-- A caller without an input was not helped by the menu.
engaged as (
    select
        *,
        is_ended_in_menu and coalesce(ivr_inputs, 1) > 0 as is_ivr_contained,
        coalesce(not is_answered and queued_at is null and ivr_inputs = 0, false) as is_unengaged,
        case
            when direction = 'outbound' or is_failed then null
            when is_answered then 'answered'
            when is_hung_up and queued_at is null and is_in_menu_to_the_end then 'left_in_menu'
            when is_hung_up then 'abandoned'
            when is_voicemail then 'voicemail'
            when is_callback_requested then 'callback_requested'
            when queued_at is not null then 'other'
        end as queue_outcome
    from collapsed
),

-- A caller who hangs up while being passed on, or is promised a call, was served, and the call did not end normally. A menu
-- that only routes is no bot; a call that ended in the menu, or was hung up in it, was the bot's.
judged as (
    select
        *,
        coalesce(is_stated_resolved, (is_answered or is_ivr_contained) and is_normal_end and last_ended_at is not null)
        as is_resolved,
        not is_answered
        and queued_at is null
        and (is_ended_in_menu or coalesce(queue_outcome = 'left_in_menu', false))
        and (is_unengaged or is_ivr_contained or ivr_responded_at is not null) as is_bot_involved
    from engaged
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
        when is_failed then 'failed'
        when is_ended_in_menu and is_unengaged then 'unengaged'
    end as exclusion_reason,
    queue_outcome,
    case when is_ivr_contained and is_stated_resolved then 'resolved_task' end as bot_resolution,
    started_at,
    least(ivr_responded_at, answered_at) as first_response_at,
    ivr_responded_at as first_bot_response_at,
    answered_at as first_human_response_at,
    started_at as human_clock_started_at,
    -- The wait begins with the queue, or where none was written down, with the end of the menu. Later legs' queues do not count.
    case when queue_outcome <> 'left_in_menu' then least(
        case when queued_at <= coalesce(answered_at, queued_at) then queued_at else menu_left_at end, answered_at
    ) end as queued_at,
    case when is_answered then answered_at else ended_at end as queue_left_at,
    case when is_resolved then ended_at end as first_resolved_at,
    case when is_resolved then ended_at end as resolved_at,
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
    is_hung_up and not is_answered as is_abandoned,
    false as is_reopened,
    is_bot_involved,
    is_bot_involved and not is_unengaged as is_bot_engaged,
    false as is_bot_blocked,
    false as is_handed_over,
    not is_ivr_contained or not coalesce(is_stated_resolved, true) as is_left_in_bot
from judged
