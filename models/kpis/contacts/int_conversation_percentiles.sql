-- sqlfluff:dialect:postgres
{# Medians and 90th percentiles of conversations' durations: not additive, so taken from the conversations at each grain. -#}
{{ percentiles_by_slice('int_conversation_durations', [
    'any_calendar', 'any_business', 'bot_calendar', 'bot_business', 'human_calendar', 'human_business', 'handle',
    'completion_calendar', 'completion_business', 'answer_wait', 'bot_handle', 'resolution', 'resolution_business',
    'human_resolution',
], maxima=['offer_wait']) }}
