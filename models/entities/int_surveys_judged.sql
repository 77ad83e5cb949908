with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        {{ trimmed('landed.survey_id') }} as survey_id,
        coalesce({{ trimmed('landed.source_system') }}, 'default') as source_system,
        lower({{ trimmed('landed.conversation_type') }}) as conversation_type,
        {{ trimmed('landed.conversation_id') }} as conversation_id,
        coalesce(
            {{ trimmed('landed.conversation_source_system') }}, {{ trimmed('landed.source_system') }}, 'default'
        ) as conversation_source_system,
        {{ trimmed('landed.customer_id') }} as customer_id,
        lower({{ trimmed('landed.customer_email') }}) as customer_email,
        {{ phone_digits('landed.customer_phone') }} as customer_phone,
        coalesce(question_words.word, lower({{ trimmed('landed.question') }})) as question,
        {{ trimmed('landed.mode') }} as mode,
        landed.sent_at,
        coalesce(landed.delivered, true) as is_delivered,
        {{ within_its_day('responded_at', after=['sent_at']) }},
        landed.score,
        coalesce(landed.scale_min, questions.default_scale_min) as scale_min,
        coalesce(landed.scale_max, questions.default_scale_max) as scale_max,
        coalesce(landed.higher_is_better, true) as higher_is_better,
        landed.comment_length,
        questions.question as known_question,
        landed.loaded_at,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ landed('surveys') }} as landed
    cross join cutoff
    {{ join_days('surveys', ['responded_at']) | indent(4) }}
    left join {{ ref('word_map') }} as question_words
        on
            question_words.vocabulary = 'question'
            and {{ plain_word('question_words.landed_word') }} = {{ plain_word(trimmed('landed.question')) }}
    left join {{ ref('survey_questions') }} as questions
        on questions.question = coalesce(question_words.word, lower({{ trimmed('landed.question') }}))
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when survey_id is null then {{ defect('survey_id', 'missing') }}
            when question is null then {{ defect('question', 'missing') }}
            {{ when_instant_unplaceable('sent_at') }}
            when known_question is null then {{ defect('question', 'unknown_question') }}
            when score < scale_min or score > scale_max or score <> floor(score)
                then {{ number_defect('score', 'score_off_scale') }}
        end as row_defect,
        {{ instant_defect('responded_at', not_before='sent_at') }} as responded_at_defect,
        {{ range_defect('comment_length', 0) }} as comment_length_defect
    from trimmed
),

superseded as (
    {{ superseded_rows('surveys') }}
)

select
    checked.survey_id,
    checked.source_system,
    {{ our_word('conversation_type') }},
    checked.conversation_id,
    checked.conversation_source_system,
    checked.customer_id,
    checked.customer_email,
    checked.customer_phone,
    checked.question,
    {{ our_word('mode', as_column='survey_mode') }},
    checked.sent_at,
    checked.is_delivered,
    {{ sound('responded_at') }},
    checked.score,
    checked.scale_min,
    checked.scale_max,
    checked.higher_is_better,
    {{ sound('comment_length') }},
    checked.loaded_at,
    checked.landed_file_name,
    checked.landed_line_number,
    coalesce(checked.row_defect, superseded.row_defect) as row_defect,
    {{ value_defects(['responded_at', 'comment_length']) }},
    {{ word_defects(['conversation_type', 'mode']) }}
from checked
left join superseded
    on
        superseded.landed_line_number = checked.landed_line_number
        and superseded.landed_file_name = checked.landed_file_name
{{ join_words('conversation_type', 'conversation_type') }}
{{ join_words('mode', 'survey_mode') }}
