with

valid as (
    select *
    from {{ ref('stg_landing__calls') }}
    where row_defect is null
)

select
    valid.call_id,
    valid.source_system,
    valid.root_call_id,
    {{ our_word('direction') }},
    valid.customer_id,
    valid.customer_email,
    valid.customer_phone,
    valid.topic,
    valid.subtopic,
    valid.started_at,
    valid.ivr_started_at,
    valid.ivr_ended_at,
    valid.ivr_inputs,
    valid.queued_at,
    valid.answered_at,
    valid.ended_at,
    valid.hold_seconds,
    valid.wrap_seconds,
    -- Where the outcome is missing or nobody's word, the instant of the answer says that a person answered.
    coalesce(
        outcome_words.word,
        case
            when valid.answered_at is not null then 'answered'
            when valid.outcome is not null then 'other'
        end
    ) as call_outcome,
    valid.is_stated_resolved,
    valid.agent_id,
    valid.team,
    valid.loaded_at,
    valid.landed_file_name,
    valid.landed_line_number,
    valid.value_defects,
    {{ word_defects(['direction', 'outcome']) }}
from valid
{{ join_words('direction', 'direction') }}
{{ join_words('outcome', 'call_outcome') }}
where {{ not_refused('calls') }}
