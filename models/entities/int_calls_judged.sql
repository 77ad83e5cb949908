with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        {{ trimmed('landed.call_id') }} as call_id,
        coalesce({{ trimmed('landed.source_system') }}, 'default') as source_system,
        coalesce({{ trimmed('landed.root_call_id') }}, {{ trimmed('landed.call_id') }}) as root_call_id,
        coalesce({{ trimmed('landed.direction') }}, 'inbound') as direction,
        {{ trimmed('landed.customer_id') }} as customer_id,
        lower({{ trimmed('landed.customer_email') }}) as customer_email,
        {{ phone_digits('landed.customer_phone') }} as customer_phone,
        {{ trimmed('landed.topic') }} as topic,
        {{ trimmed('landed.subtopic') }} as subtopic,
        landed.started_at,
        landed.ivr_started_at,
        landed.ivr_ended_at,
        landed.ivr_inputs,
        landed.queued_at,
        landed.answered_at,
        landed.ended_at,
        landed.hold_seconds,
        landed.wrap_seconds,
        {{ trimmed('landed.outcome') }} as outcome,
        landed.resolved as is_stated_resolved,
        {{ trimmed('landed.agent_id') }} as agent_id,
        {{ trimmed('landed.team') }} as team,
        landed.loaded_at,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ source('landing', 'calls') }} as landed
    cross join cutoff
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when call_id is null then {{ defect('call_id', 'missing') }}
            {{ when_instant_unplaceable('started_at') }}
            when ended_at < started_at then {{ defect('ended_at', 'end_before_start') }}
        end as row_defect,
        {{ instant_defect('ended_at') }} as ended_at_defect,
        {{ instant_defect('ivr_started_at', not_before='started_at') }} as ivr_started_at_defect,
        {{ instant_defect('ivr_ended_at', not_before='coalesce(ivr_started_at, started_at)') }} as ivr_ended_at_defect,
        {{ instant_defect('answered_at', not_before='started_at', not_after='ended_at') }} as answered_at_defect,
        -- Answered before it was queued: the answer is the firmer fact, it has an agent and a talk after it.
        coalesce(
            {{ instant_defect('queued_at', not_before='started_at', not_after='ended_at') }},
            case
                when queued_at > answered_at and answered_at >= started_at
                    then {{ defect('queued_at', 'after_answer') }}
            end
        ) as queued_at_defect,
        {{ range_defect('ivr_inputs', 0) }} as ivr_inputs_defect,
        {{ range_defect('hold_seconds', 0) }} as hold_seconds_defect,
        {{ range_defect('wrap_seconds', 0) }} as wrap_seconds_defect
    from trimmed
),

superseded as (
    {{ superseded_rows('calls') }}
)

select
    checked.call_id,
    checked.source_system,
    checked.root_call_id,
    {{ our_word('direction') }},
    checked.customer_id,
    checked.customer_email,
    checked.customer_phone,
    checked.topic,
    checked.subtopic,
    checked.started_at,
    {{ sound('ivr_started_at') }},
    {{ sound('ivr_ended_at') }},
    {{ sound('ivr_inputs') }},
    {{ sound('queued_at') }},
    {{ sound('answered_at') }},
    {{ sound('ended_at') }},
    {{ sound('hold_seconds') }},
    {{ sound('wrap_seconds') }},
    -- Where the outcome is missing or nobody's word, the instant of the answer says that a person answered.
    coalesce(
        outcome_words.word,
        case
            when checked.answered_at is not null then 'answered'
            when checked.outcome is not null then 'other'
        end
    ) as call_outcome,
    checked.is_stated_resolved,
    checked.agent_id,
    checked.team,
    checked.loaded_at,
    checked.landed_file_name,
    checked.landed_line_number,
    coalesce(checked.row_defect, superseded.row_defect) as row_defect,
    {{ value_defects([
        'ended_at', 'ivr_started_at', 'ivr_ended_at', 'queued_at', 'answered_at', 'ivr_inputs', 'hold_seconds',
        'wrap_seconds',
    ]) }},
    {{ word_defects(['direction', 'outcome']) }}
from checked
left join superseded
    on
        superseded.landed_line_number = checked.landed_line_number
        and superseded.landed_file_name = checked.landed_file_name
{{ join_words('direction', 'direction') }}
{{ join_words('outcome', 'call_outcome') }}
