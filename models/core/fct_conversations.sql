with

conversations as (
    select * from {{ ref('int_conversations_identified') }}
),

business as (
    select * from {{ ref('int_conversation_business_seconds') }}
),

first_contacts as (
    select * from {{ ref('int_first_contact_resolution') }}
),

chained as (
    select * from {{ ref('int_contacts_chained') }}
),

costs as (
    select * from {{ ref('int_conversation_costs') }}
),

allocated as (
    select * from {{ ref('int_conversation_allocations') }}
),

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
)

select
    conversations.conversation_id,
    conversations.source_system,
    conversations.source_type,
    conversations.source_conversation_id,
    conversations.conversation_seq,
    conversations.customer_id,
    chained.issue_id,

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
    business.calendar_id,

    conversations.started_at,
    conversations.first_response_at,
    conversations.first_bot_response_at,
    conversations.first_human_response_at,
    conversations.human_clock_started_at,
    conversations.queued_at,
    conversations.first_resolved_at,
    conversations.resolved_at,
    conversations.ended_at,
    conversations.due_at,
    first_contacts.next_same_topic_contact_at,
    first_contacts.next_any_contact_at,
    {{ reporting_date('conversations.started_at') }} as conversation_date,

    {{ seconds_between('conversations.started_at', 'conversations.first_response_at') }} as first_response_seconds,
    {{ seconds_between('conversations.started_at', 'conversations.first_bot_response_at') }}
    as first_bot_response_seconds,
    {{ seconds_between('conversations.human_clock_started_at', 'conversations.first_human_response_at') }}
    as first_human_response_seconds,
    business.first_response_business_seconds,
    business.first_bot_response_business_seconds,
    business.first_human_response_business_seconds,
    business.first_resolution_business_seconds,
    conversations.wait_seconds,
    conversations.handle_seconds,
    allocated.allocated_handle_seconds,
    conversations.hold_seconds,
    conversations.wrap_seconds,
    conversations.bot_handle_seconds,
    {{ seconds_between('conversations.started_at', 'conversations.first_resolved_at') }} as first_resolution_seconds,
    {{ seconds_between('conversations.started_at', 'conversations.resolved_at') }} as resolution_seconds,
    business.resolution_business_seconds,
    {{ seconds_between('conversations.human_clock_started_at', 'conversations.resolved_at') }}
    as human_resolution_seconds,
    conversations.customer_turn_count,
    conversations.human_reply_count,
    conversations.bot_reply_count,
    costs.cost,
    costs.bot_cost,

    conversations.is_resolved,
    conversations.is_countable,
    conversations.is_served,
    coalesce(conversations.queue_outcome <> 'left_in_menu', false) as is_offered,
    conversations.is_escalated,
    conversations.is_abandoned,
    conversations.is_reopened,
    business.is_started_in_hours,
    first_contacts.is_fcr_anchor,
    first_contacts.is_resolved_in_contact,
    first_contacts.repeats_within_24h,
    first_contacts.repeats_within_48h,
    first_contacts.repeats_within_7d,
    first_contacts.repeats_any_within_24h,
    first_contacts.repeats_any_within_48h,
    first_contacts.repeats_any_within_7d,
    first_contacts.is_fcr_mature_24h,
    first_contacts.is_fcr_mature_48h,
    first_contacts.is_fcr_mature_7d,
    first_contacts.is_left_censored_24h,
    first_contacts.is_left_censored_48h,
    first_contacts.is_left_censored_7d,
    coalesce(chained.is_first_contact_24h, false) as is_first_contact_24h,
    coalesce(chained.is_first_contact_48h, false) as is_first_contact_48h,
    coalesce(chained.is_first_contact_7d, false) as is_first_contact_7d,
    coalesce(chained.is_first_any_contact_24h, false) as is_first_any_contact_24h,
    coalesce(chained.is_first_any_contact_48h, false) as is_first_any_contact_48h,
    coalesce(chained.is_first_any_contact_7d, false) as is_first_any_contact_7d,
    first_contacts.fcr_24h,
    first_contacts.fcr_48h,
    first_contacts.fcr_7d,

    -- The first matching row of the bot outcome tree (catalogue K10).
    case
        when conversations.bot_stage = 'not_engaged' then 'not_engaged'
        when
            conversations.bot_stage is not null
            and cutoff.as_of < {{ hours_after('conversations.ended_at', var('issue_window_hours')) }} then 'pending'
        when conversations.bot_stage in ('blocked', 'escalated_connected', 'escalated_lost')
            then conversations.bot_stage
        when
            conversations.bot_stage is not null
            and first_contacts.next_same_topic_contact_at
            <= {{ hours_after('conversations.ended_at', var('issue_window_hours')) }} then 'contained_returned'
        when conversations.bot_stage = 'contained' then 'contained_durable'
        else conversations.bot_stage
    end as bot_outcome
from conversations
cross join cutoff
left join business on business.conversation_id = conversations.conversation_id
left join first_contacts on first_contacts.conversation_id = conversations.conversation_id
left join chained on chained.conversation_id = conversations.conversation_id
left join costs on costs.conversation_id = conversations.conversation_id
left join allocated on allocated.conversation_id = conversations.conversation_id
