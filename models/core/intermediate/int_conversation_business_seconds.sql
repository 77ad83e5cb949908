with

conversations as (
    select
        identified.conversation_id,
        identified.started_at,
        identified.first_response_at,
        identified.first_bot_response_at,
        identified.human_clock_started_at,
        identified.first_human_response_at,
        identified.first_resolved_at,
        identified.resolved_at,
        cutoff.as_of,
        coalesce(team_calendars.calendar_id, '{{ var("default_calendar_id") }}') as calendar_id
    from {{ ref('int_conversations_identified') }} as identified
    cross join {{ ref('stg_landing__as_of') }} as cutoff
    left join {{ ref('team_calendars') }} as team_calendars on team_calendars.team = identified.team
)

select
    conversations.conversation_id,
    conversations.calendar_id,
    {{ open_seconds_until('conversations.first_response_at', 'response_slot') }}
    - {{ open_seconds_until('conversations.started_at', 'start_slot') }} as first_response_business_seconds,
    {{ open_seconds_until('conversations.first_bot_response_at', 'bot_slot') }}
    - {{ open_seconds_until('conversations.started_at', 'start_slot') }} as first_bot_response_business_seconds,
    {{ open_seconds_until('conversations.first_human_response_at', 'human_slot') }}
    - {{ open_seconds_until('conversations.human_clock_started_at', 'human_clock_slot') }}
    as first_human_response_business_seconds,
    {{ open_seconds_until('conversations.as_of', 'cutoff_slot') }}
    - {{ open_seconds_until('conversations.started_at', 'start_slot') }} as business_seconds_so_far,
    {{ open_seconds_until('conversations.as_of', 'cutoff_slot') }}
    - {{ open_seconds_until('conversations.human_clock_started_at', 'human_clock_slot') }}
    as human_business_seconds_so_far,
    {{ open_seconds_until('conversations.first_resolved_at', 'first_resolution_slot') }}
    - {{ open_seconds_until('conversations.started_at', 'start_slot') }} as first_resolution_business_seconds,
    {{ open_seconds_until('conversations.resolved_at', 'resolution_slot') }}
    - {{ open_seconds_until('conversations.started_at', 'start_slot') }} as resolution_business_seconds
from conversations
{{ join_quarter_hour('conversations.started_at', 'start_slot') }}
{{ join_quarter_hour('conversations.first_response_at', 'response_slot') }}
{{ join_quarter_hour('conversations.first_bot_response_at', 'bot_slot') }}
{{ join_quarter_hour('conversations.human_clock_started_at', 'human_clock_slot') }}
{{ join_quarter_hour('conversations.first_human_response_at', 'human_slot') }}
{{ join_quarter_hour('conversations.first_resolved_at', 'first_resolution_slot') }}
{{ join_quarter_hour('conversations.resolved_at', 'resolution_slot') }}
{{ join_quarter_hour('conversations.as_of', 'cutoff_slot') }}
