-- sqlfluff:dialect:postgres
{# Medians and 90th percentiles of turns and hand-overs: not additive, so taken from these at each grain. -#}
{{ percentiles_by_slice('int_dialogue_durations', [
    'bot_turn_latency', 'bot_turn_waiting', 'human_turn_latency', 'context_switch', 'time_to_human', 'bot_part',
]) }}
