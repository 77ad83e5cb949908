-- sqlfluff:dialect:postgres
{{ config(post_hook="{{ insert_other_percentiles('int_dialogue_durations') }}") }}
{# Medians and 90th percentiles of turns and hand-overs: not additive, so taken from their facts. -#}
{{ percentiles_by_slice('int_dialogue_durations') }}
