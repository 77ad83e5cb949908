with

valid as (
    select *
    from {{ ref('stg_landing__surveys') }}
    where row_defect is null
)

select
    valid.survey_id,
    valid.source_system,
    {{ our_word('conversation_type') }},
    valid.conversation_id,
    valid.conversation_source_system,
    valid.customer_id,
    valid.customer_email,
    valid.customer_phone,
    valid.question,
    {{ our_word('mode', as_column='survey_mode') }},
    valid.sent_at,
    valid.is_delivered,
    valid.responded_at,
    valid.score,
    valid.scale_min,
    valid.scale_max,
    valid.higher_is_better,
    valid.comment_length,
    valid.loaded_at,
    valid.landed_file_name,
    valid.landed_line_number,
    valid.value_defects,
    {{ word_defects(['conversation_type', 'mode']) }}
from valid
{{ join_words('conversation_type', 'conversation_type') }}
{{ join_words('mode', 'survey_mode') }}
where {{ not_refused('surveys') }}
