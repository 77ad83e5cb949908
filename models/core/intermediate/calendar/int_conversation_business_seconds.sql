{#- Durations in business time, by the calendar of the conversation's team, or the default calendar. -#}
select
    conversations.conversation_id,
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
from {{ ref('int_conversations_identified') }} as conversations
{{ join_quarter_hour('conversations.started_at', 'start_slot') }}
{{ join_quarter_hour('conversations.response_clock_started_at', 'clock_slot') }}
{{ join_quarter_hour('conversations.first_response_at', 'response_slot') }}
{{ join_quarter_hour('conversations.first_bot_response_at', 'bot_slot') }}
{{ join_quarter_hour('conversations.human_clock_started_at', 'human_clock_slot') }}
{{ join_quarter_hour('conversations.first_human_response_at', 'human_slot') }}
{{ join_quarter_hour('conversations.resolution_clock_started_at', 'resolution_clock_slot') }}
{{ join_quarter_hour('conversations.first_resolved_at', 'first_resolution_slot') }}
{{ join_quarter_hour('conversations.resolved_at', 'resolution_slot') }}
