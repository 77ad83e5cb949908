-- sqlfluff:dialect:postgres
{{ config(post_hook="{{ add_other_percentiles(ref('int_dialogue_durations')) }}") }}
{# Medians and 90th percentiles of turns and hand-overs: not additive, so taken from these at each grain. #}
{{ percentiles_by_slice(ref('int_dialogue_durations'), [
    'bot_turn_latency_median', 'bot_turn_latency_p90', 'bot_turn_waiting_median', 'bot_turn_waiting_p90',
    'human_turn_latency_median', 'human_turn_latency_p90', 'context_switch_median', 'context_switch_p90',
    'next_reply_median', 'next_reply_p90', 'next_reply_business_median', 'next_reply_business_p90',
    'time_to_human_median', 'time_to_human_p90', 'bot_part_median', 'bot_part_p90',
]) }}
