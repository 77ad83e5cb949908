-- sqlfluff:dialect:postgres
{{ config(post_hook="{{ add_other_percentiles(ref('int_conversation_durations')) }}") }}
{# Medians and 90th percentiles of conversations' durations: not additive, so taken from the conversations at each grain. #}
{{ percentiles_by_slice(ref('int_conversation_durations'), [
    'any_calendar_median', 'any_calendar_p90', 'any_business_median', 'any_business_p90', 'bot_calendar_median',
    'bot_calendar_p90', 'bot_business_median', 'bot_business_p90', 'human_calendar_median', 'human_calendar_p90',
    'human_business_median', 'human_business_p90', 'handle_median', 'handle_p90', 'completion_calendar_median',
    'completion_calendar_p90', 'completion_business_median', 'completion_business_p90', 'answer_wait_median',
    'answer_wait_p90', 'bot_handle_median', 'bot_handle_p90', 'resolution_median', 'resolution_p90',
    'resolution_business_median', 'resolution_business_p90', 'human_resolution_median', 'human_resolution_p90',
    'requester_wait_median', 'requester_wait_p90', 'requester_wait_business_median', 'requester_wait_business_p90',
    'offer_wait_maximum',
]) }}
