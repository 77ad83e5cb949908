{#-
    Each ticket once with Zendesk's metrics, as its definitions make them and as they landed, beside ours of its first conversation.
    Without a schedule that landed, business time is not compared. Minutes, as Zendesk shows them.
-#}
with

metrics as (
    select * from {{ ref('base_zendesk__metrics') }}
),

systems as (
    select distinct source_system from metrics
),

conversations as (
    select
        conversations.*,
        count(*) over (partition by conversations.source_system, conversations.source_conversation_id) as conversation_count
    from {{ ref('fct_conversations') }} as conversations
    inner join systems on systems.source_system = conversations.source_system
    where conversations.source_type = 'ticket'
),

-- A mark that a customer changed is one answer; the last one counts here, too.
answers as (
    select
        source_system,
        conversation_id,
        {{ value_at_latest('score', 'responded_at') }} as score
    from {{ ref('stg_zendesk__surveys') }}
    where scale_max = 1 and responded_at is not null
    group by source_system, conversation_id
),

joined as (
    select
        metrics.*,
        conversations.conversation_id,
        conversations.exclusion_reason,
        conversations.conversation_count,
        conversations.is_resolved,
        conversations.human_reply_count as our_reply_count,
        case when conversations.is_reopened then 1 when not conversations.is_reopened then 0 end as our_reopen_count,
        conversations.response_clock_started_at as clock_started_at,
        conversations.first_human_response_at,
        conversations.first_resolved_at,
        conversations.resolved_at,
        conversations.first_human_response_seconds,
        conversations.first_resolution_seconds,
        conversations.resolution_seconds,
        conversations.requester_wait_seconds,
        conversations.first_human_response_business_seconds,
        conversations.first_resolution_business_seconds,
        conversations.resolution_business_seconds,
        conversations.requester_wait_business_seconds,
        answers.score as our_satisfaction
    from metrics
    left join conversations
        on
            conversations.source_system = metrics.source_system
            and conversations.source_conversation_id = metrics.ticket_id
            and conversations.conversation_seq = 1
    left join answers
        on
            answers.source_system = metrics.source_system
            and answers.conversation_id = metrics.ticket_id
)

select
    joined.source_system,
    joined.ticket_id,
    joined.created_at,
    substr(cast(joined.created_at as {{ dbt.type_string() }}), 1, 7) as month,
    joined.exclusion_reason,
    joined.conversation_id is not null as is_known_to_us,
    joined.conversation_count > 1 as is_revived,
    coalesce(joined.is_resolved, false) as is_resolved,
    joined.landed_status in ('solved', 'closed') as is_solved,
    joined.is_begun_by_agent,
    joined.has_chat,
    joined.has_history,
    joined.reply_count is not null as has_messages,
    joined.was_ever_solved,
    joined.schedule_count > 1 as has_several_schedules,
    joined.first_reply_at,
    joined.first_solved_at,
    joined.last_solved_at,
    joined.clock_started_at,
    joined.first_human_response_at,
    joined.first_resolved_at,
    joined.resolved_at,
    {% for name in ['first_reply', 'first_resolution', 'full_resolution', 'requester_wait', 'agent_wait', 'on_hold'] -%}
    {% set landed = {'first_reply': 'reply_time', 'on_hold': 'on_hold_time'}.get(name, name ~ '_time') -%}
    {% for clock in ['calendar', 'business'] -%}
    joined.{{ name }}_{{ clock }}_seconds / 60.0 as {{ name }}_{{ clock }},
    landed.{{ landed }}_{{ clock }}_minutes as landed_{{ name }}_{{ clock }},
    {% endfor -%}
    {% endfor -%}
    joined.first_human_response_seconds / 60.0 as our_first_reply_calendar,
    joined.first_resolution_seconds / 60.0 as our_first_resolution_calendar,
    joined.resolution_seconds / 60.0 as our_full_resolution_calendar,
    joined.requester_wait_seconds / 60.0 as our_requester_wait_calendar,
    {% for name, seconds in [
        ('first_reply', 'first_human_response'), ('first_resolution', 'first_resolution'), ('full_resolution', 'resolution'),
        ('requester_wait', 'requester_wait'),
    ] -%}
    case when joined.schedule_id is not null then joined.{{ seconds }}_business_seconds / 60.0 end as our_{{ name }}_business,
    {% endfor -%}
    joined.reply_count,
    landed.reply_count as landed_reply_count,
    joined.our_reply_count,
    joined.reopen_count,
    landed.reopen_count as landed_reopen_count,
    joined.our_reopen_count,
    joined.group_station_count,
    landed.group_station_count as landed_group_station_count,
    joined.assignee_station_count,
    landed.assignee_station_count as landed_assignee_station_count,
    joined.satisfaction,
    joined.our_satisfaction
from joined
left join {{ ref('base_zendesk__landed_metrics') }} as landed
    on
        landed.source_system = joined.source_system
        and landed.ticket_id = joined.ticket_id
