{#- The durations of a conversation, each only where it counts. -#}
with

conversations as (
    select * from {{ ref('int_conversations_classified') }}
)

select
    conversation_id,
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    case when is_offer_counted then wait_seconds end as offer_wait,
    case when is_any_response_counted then first_response_seconds end as any_calendar,
    case when is_any_response_counted then first_response_business_seconds end as any_business,
    case when is_bot_response_counted then first_bot_response_seconds end as bot_calendar,
    case when is_bot_response_counted then first_bot_response_business_seconds end as bot_business,
    case when is_human_response_counted then first_human_response_seconds end as human_calendar,
    case when is_human_response_counted then first_human_response_business_seconds end as human_business,
    case when is_handle_counted then handle_seconds end as handle,
    case when is_completion_counted then resolution_seconds end as completion_calendar,
    case when is_completion_counted then resolution_business_seconds end as completion_business,
    case when is_completion_counted then requester_wait_seconds end as requester_wait,
    case when is_completion_counted then requester_wait_business_seconds end as requester_wait_business,
    case when is_answer_counted then wait_seconds end as answer_wait,
    case when is_bot_handle_counted then bot_handle_seconds end as bot_handle,
    case when is_resolution_timed then resolution_seconds end as resolution,
    case when is_resolution_timed then resolution_business_seconds end as resolution_business,
    case when is_human_resolution_timed then human_resolution_seconds end as human_resolution
from conversations
