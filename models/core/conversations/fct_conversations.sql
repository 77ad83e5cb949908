{#- Decided here: bot_outcome, the first row of the seed bot_outcome_tree that fits, in its order, and cost, the rates of
    int_cost_rates times what the conversation used. All else is joined from the models that decide it. -#}
with

allocated as (
    select
        conversation_id,
        {{ exact_sum_as_double('allocated_seconds') }} as allocated_handle_seconds
    from {{ ref('fct_handle_segments') }}
    group by conversation_id
)

select
    conversations.conversation_id,
    conversations.source_system,
    conversations.source_type,
    conversations.source_conversation_id,
    conversations.conversation_seq,
    conversations.customer_id,
    conversations.issue_id,
    conversations.channel,
    conversations.topic,
    conversations.subtopic,
    conversations.team,
    conversations.agent_id,
    conversations.bot_id,
    conversations.responder,
    conversations.identity_evidence,
    conversations.resolution_evidence,
    conversations.exclusion_reason,
    conversations.queue_outcome,
    conversations.queue_outcome_evidence,
    conversations.calendar_id,

    conversations.started_at,
    conversations.response_clock_started_at,
    conversations.first_response_at,
    conversations.first_bot_response_at,
    conversations.first_human_response_at,
    conversations.human_clock_started_at,
    conversations.queued_at,
    conversations.first_resolved_at,
    conversations.resolved_at,
    conversations.reopened_at,
    conversations.ended_at,
    conversations.due_at,
    conversations.next_same_topic_contact_at,
    conversations.next_any_contact_at,
    {{ reporting_date('conversations.started_at') }} as conversation_date,

    {{ seconds_between('conversations.response_clock_started_at', 'conversations.first_response_at') }} as first_response_seconds,
    {{ seconds_between('conversations.response_clock_started_at', 'conversations.first_bot_response_at') }}
    as first_bot_response_seconds,
    {{ seconds_between('conversations.human_clock_started_at', 'conversations.first_human_response_at') }}
    as first_human_response_seconds,
    conversations.first_response_business_seconds,
    conversations.first_bot_response_business_seconds,
    conversations.first_human_response_business_seconds,
    conversations.first_resolution_business_seconds,
    conversations.wait_seconds,
    conversations.handle_seconds,
    allocated.allocated_handle_seconds,
    conversations.hold_seconds,
    conversations.wrap_seconds,
    conversations.bot_handle_seconds,
    {{ seconds_between('conversations.resolution_clock_started_at', 'conversations.first_resolved_at') }}
    as first_resolution_seconds,
    {{ seconds_between('conversations.resolution_clock_started_at', 'conversations.resolved_at') }} as resolution_seconds,
    conversations.resolution_business_seconds,
    {{ seconds_between('conversations.resolution_clock_started_at', 'conversations.resolved_at') }}
    - conversations.paused_seconds as requester_wait_seconds,
    conversations.resolution_business_seconds - conversations.paused_business_seconds as requester_wait_business_seconds,
    case
        when conversations.resolution_clock_started_at is not null
            then {{ seconds_between('conversations.human_clock_started_at', 'conversations.resolved_at') }}
    end as human_resolution_seconds,
    conversations.customer_turn_count,
    conversations.human_reply_count,
    conversations.bot_reply_count,
    coalesce(conversations.handle_seconds, 0) * rates.per_handle_second
    + conversations.telephony_seconds * rates.per_telephony_second
    + case when conversations.is_bot_costed then 1 else 0 end * rates.per_bot_conversation
    + rates.per_conversation as cost,
    case when conversations.is_bot_costed then 1 else 0 end * rates.per_bot_conversation as bot_cost,

    conversations.is_resolved,
    conversations.is_countable,
    conversations.is_served,
    conversations.is_bot_response_known,
    conversations.is_human_response_known,
    coalesce(conversations.queue_outcome <> 'left_in_menu', false) as is_offered,
    conversations.is_escalated,
    conversations.is_abandoned,
    conversations.is_reopened,
    conversations.is_started_in_hours,
    conversations.is_fcr_anchor,
    conversations.is_any_topic_anchor,
    conversations.is_resolved_in_contact,
    conversations.is_resolved_at_once,
    conversations.repeats_within_24h,
    conversations.repeats_within_48h,
    conversations.repeats_within_7d,
    conversations.repeats_any_within_24h,
    conversations.repeats_any_within_48h,
    conversations.repeats_any_within_7d,
    conversations.is_fcr_mature_24h,
    conversations.is_fcr_mature_48h,
    conversations.is_fcr_mature_7d,
    conversations.is_left_censored_24h,
    conversations.is_left_censored_48h,
    conversations.is_left_censored_7d,
    conversations.is_first_contact_24h,
    conversations.is_first_contact_48h,
    conversations.is_first_contact_7d,
    conversations.is_first_any_contact_24h,
    conversations.is_first_any_contact_48h,
    conversations.is_first_any_contact_7d,
    conversations.fcr_24h,
    conversations.fcr_48h,
    conversations.fcr_7d,
    conversations.fcr_any_topic_24h,
    conversations.fcr_any_topic_48h,
    conversations.fcr_any_topic_7d,

    case
        when not conversations.is_bot_involved then null
        when not conversations.is_bot_engaged then 'not_engaged'
        when conversations.as_of < {{ hours_after('conversations.ended_at', var('issue_window_hours')) }} then 'pending'
        when conversations.is_bot_blocked then 'blocked'
        when conversations.is_handed_over and conversations.first_human_response_at is not null then 'escalated_connected'
        when conversations.is_handed_over then 'escalated_lost'
        when
            conversations.next_same_topic_contact_at
            <= {{ hours_after('conversations.ended_at', var('issue_window_hours')) }} then 'contained_returned'
        when conversations.bot_resolution = 'resolved_confirmed' then 'resolved_confirmed'
        when conversations.bot_resolution = 'resolved_task' then 'resolved_task'
        when conversations.is_left_in_bot then 'abandoned_in_bot'
        else 'contained_durable'
    end as bot_outcome
from {{ ref('int_first_contact_resolution') }} as conversations
left join {{ ref('int_cost_rates') }} as rates
    on
        rates.cost_month = cast({{ dbt.date_trunc('month', reporting_date('conversations.started_at')) }} as date)
        and rates.channel = conversations.channel and coalesce(rates.team, '') = coalesce(conversations.team, '')
left join allocated on allocated.conversation_id = conversations.conversation_id
