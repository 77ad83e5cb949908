select
    turn_id,
    latency_seconds,
    waiting_seconds,
    context_switch_seconds
from {{ ref('fct_response_turns') }}
where
    latency_seconds < 0
    or waiting_seconds < latency_seconds
    or context_switch_seconds < latency_seconds
    or context_switch_seconds > waiting_seconds
