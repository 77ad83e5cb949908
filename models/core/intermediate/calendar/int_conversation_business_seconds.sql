{#- Durations in business time, by the calendar of the conversation's team, or the default calendar. -#}
with

conversations as (
    select
        identified.conversation_id,
        identified.started_at,
        identified.response_clock_started_at,
        identified.resolution_clock_started_at,
        identified.first_response_at,
        identified.first_bot_response_at,
        identified.human_clock_started_at,
        identified.first_human_response_at,
        identified.first_resolved_at,
        identified.resolved_at,
        coalesce(team_calendars.calendar_id, '{{ var("default_calendar_id") }}') as calendar_id
    from {{ ref('int_conversations_identified') }} as identified
    left join {{ ref('team_calendars') }} as team_calendars on team_calendars.team = identified.team
)

select
    conversations.conversation_id,
    conversations.calendar_id,
    coalesce(
        {{ epoch_seconds('conversations.started_at') }} >= start_slot.open_from
        and {{ epoch_seconds('conversations.started_at') }} < start_slot.open_until, false
    ) as is_started_in_hours,
    {{ open_seconds_until('conversations.first_response_at', 'response_slot') }}
    - {{ open_seconds_until('conversations.response_clock_started_at', 'clock_slot') }} as first_response_business_seconds,
    {{ open_seconds_until('conversations.first_bot_response_at', 'bot_slot') }}
    - {{ open_seconds_until('conversations.response_clock_started_at', 'clock_slot') }} as first_bot_response_business_seconds,
    {{ open_seconds_until('conversations.first_human_response_at', 'human_slot') }}
    - {{ open_seconds_until('conversations.human_clock_started_at', 'human_clock_slot') }}
    as first_human_response_business_seconds,
    {{ open_seconds_until('conversations.first_resolved_at', 'first_resolution_slot') }}
    - {{ open_seconds_until('conversations.resolution_clock_started_at', 'resolution_clock_slot') }}
    as first_resolution_business_seconds,
    {{ open_seconds_until('conversations.resolved_at', 'resolution_slot') }}
    - {{ open_seconds_until('conversations.resolution_clock_started_at', 'resolution_clock_slot') }}
    as resolution_business_seconds
from conversations
{{ join_quarter_hour('conversations.started_at', 'start_slot') }}
{{ join_quarter_hour('conversations.response_clock_started_at', 'clock_slot') }}
{{ join_quarter_hour('conversations.first_response_at', 'response_slot') }}
{{ join_quarter_hour('conversations.first_bot_response_at', 'bot_slot') }}
{{ join_quarter_hour('conversations.human_clock_started_at', 'human_clock_slot') }}
{{ join_quarter_hour('conversations.first_human_response_at', 'human_slot') }}
{{ join_quarter_hour('conversations.resolution_clock_started_at', 'resolution_clock_slot') }}
{{ join_quarter_hour('conversations.first_resolved_at', 'first_resolution_slot') }}
{{ join_quarter_hour('conversations.resolved_at', 'resolution_slot') }}
