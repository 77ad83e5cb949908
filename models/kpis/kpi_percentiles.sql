-- sqlfluff:dialect:postgres
{{ config(post_hook="{{ insert_other_percentiles('int_conversation_durations', {'longest_wait_seconds': 'offer_wait'}) }}") }}
{# Medians and 90th percentiles of durations: not additive, so taken from the fact at each grain and slice. -#}
{{ percentiles_by_slice('int_conversation_durations', {'longest_wait_seconds': 'offer_wait'}) }}
