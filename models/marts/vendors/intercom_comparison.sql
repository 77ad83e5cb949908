{#-
    Intercom's number of each conversation beside ours, and why they differ. Reasons are tried in the order of what they explain:
    first what is not known, then what is not measured, then what is measured otherwise.
-#}
with

statistics as (
    select * from {{ ref('base_intercom__statistics') }}
),

office_hours as (
    select distinct source_system from {{ ref('base_intercom__office_hours') }}
),

-- A ticket that came back after a day is several conversations of ours, and one of Intercom's: the first is compared.
conversations as (
    select
        *,
        max(conversation_seq) over (partition by source_type, source_system, source_conversation_id) as conversation_count
    from {{ ref('fct_conversations') }}
),

replies as (
    select
        conversation_id,
        {{ percentile('waiting_business_seconds', 0.5) }} as median_waiting_business_seconds
    from {{ ref('fct_response_turns') }}
    where responder = 'human' and is_answered
    group by conversation_id
),

-- The AI agent's mark is another invitation than the teammate's.
marks as (
    select
        conversation_id,
        max(score) as score
    from {{ ref('fct_survey_responses') }}
    where question = 'csat' and attribution = 'named' and survey_id like 'mark:%'
    group by conversation_id
),

paired as (
    select
        statistics.*,
        base.entity,
        base.created_at,
        walk.has_all_parts,
        walk.first_contact_at,
        walk.first_reply_at,
        walk.first_close_at,
        walk.last_close_at,
        office_hours.source_system is not null as has_office_hours,
        conversations.conversation_count,
        conversations.response_clock_started_at,
        conversations.human_clock_started_at,
        conversations.first_human_response_at,
        conversations.first_resolved_at,
        conversations.resolved_at,
        conversations.is_countable,
        cast(case statistics.metric
            when 'time_to_admin_reply' then conversations.first_human_response_business_seconds
            when 'median_time_to_reply' then replies.median_waiting_business_seconds
            when 'time_to_first_close' then conversations.first_resolution_business_seconds
            when 'time_to_last_close' then conversations.resolution_business_seconds
            when 'handling_time' then conversations.handle_seconds
            when 'count_reopens' then case when conversations.is_reopened then 1 else 0 end
            when 'closed_on_first_contact' then case when conversations.is_resolved_at_once then 1 else 0 end
            when 'rating' then marks.score
            when 'fin_involved' then case when conversations.bot_id = 'fin' then 1 else 0 end
            when 'fin_answered' then case when conversations.bot_reply_count > 0 then 1 else 0 end
            when 'fin_resolved' then case
                when conversations.bot_outcome in ('resolved_confirmed', 'resolved_task', 'contained_durable') then 1 else 0
            end
        end as {{ type_double() }}) as our_number
    from statistics
    inner join {{ ref('base_intercom__conversations') }} as base
        on
            base.source_system = statistics.source_system
            and base.conversation_id = statistics.conversation_id
    inner join {{ ref('base_intercom__walk') }} as walk
        on
            walk.source_system = statistics.source_system
            and walk.conversation_id = statistics.conversation_id
    left join office_hours on office_hours.source_system = statistics.source_system
    left join conversations
        on
            conversations.source_system = statistics.source_system
            and conversations.source_conversation_id = statistics.conversation_id
            and conversations.source_type = base.entity
            and conversations.conversation_seq = 1
    left join replies on replies.conversation_id = conversations.conversation_id
    left join marks on marks.conversation_id = conversations.conversation_id
),

-- What we do not count has no number of ours.
compared as (
    select
        *,
        case when is_countable then our_number end as our_value,
        case when is_countable then our_number end - coalesce(vendor_value, vendor_landed_value) as difference
    from paired
    where coalesce(vendor_value, vendor_landed_value, case when is_countable then our_number end) is not null
)

select
    source_system,
    conversation_id as source_conversation_id,
    cast({{ dbt.date_trunc('month', 'created_at') }} as date) as month,
    metric,
    unit,
    vendor_value,
    vendor_landed_value,
    our_value,
    difference,
    case
        when difference = 0 and coalesce(vendor_landed_value = vendor_value, true) then null
        when entity = 'call' then 'counted_as_call'
        when not has_all_parts then 'parts_missing'
        when vendor_value is null and unit = 'office seconds' and not has_office_hours then 'office_hours_not_configured'
        when abs(vendor_landed_value - vendor_value) >= 1 then 'landed_otherwise'
        when not coalesce(is_countable, true) then 'not_counted_by_us'
        when coalesce(vendor_value, vendor_landed_value) is null then 'not_measured_by_intercom'
        when our_value is null and metric in ('time_to_assignment', 'count_assignments') then 'no_kpi_of_ours'
        when our_value is null then 'not_measured_by_us'
        when abs(difference) < 1 then 'rounding'
        when conversation_count > 1 then 'came_back_later'
        when metric = 'time_to_admin_reply' and human_clock_started_at <> response_clock_started_at
            then 'clock_starts_at_handover'
        when metric = 'time_to_admin_reply' and human_clock_started_at <> first_contact_at then 'clock_starts_elsewhere'
        when metric = 'time_to_admin_reply' and first_human_response_at <> first_reply_at then 'other_reply'
        when metric = 'time_to_first_close' and first_resolved_at <> first_close_at then 'resolved_otherwise'
        when metric = 'time_to_last_close' and resolved_at <> last_close_at then 'resolved_otherwise'
        when metric in ('time_to_admin_reply', 'time_to_first_close', 'time_to_last_close') then 'other_opening_hours'
        when metric = 'median_time_to_reply' then 'waits_from_first_word'
        when metric = 'handling_time' then 'work_is_counted_otherwise'
        when metric = 'count_reopens' then 'reopening_is_counted_otherwise'
        when metric = 'closed_on_first_contact' then 'first_contact_is_counted_otherwise'
        when metric = 'rating' then 'mark_is_counted_otherwise'
        when metric = 'fin_resolved' then 'assumed_is_no_statement'
        else 'bot_is_counted_otherwise'
    end as reason
from compared
