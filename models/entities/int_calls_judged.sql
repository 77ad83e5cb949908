with

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
        {{ within_its_day('ivr_started_at', after=['started_at']) }},
        {{ within_its_day('ivr_ended_at', after=['started_at', 'ivr_started_at']) }},
        landed.ivr_inputs,
        {{ within_its_day('queued_at', after=['started_at', 'ivr_ended_at']) }},
        {{ within_its_day('answered_at', after=['started_at', 'ivr_ended_at', 'queued_at']) }},
        {{ within_its_day('ended_at', after=['started_at', 'ivr_ended_at', 'queued_at', 'answered_at']) }},
        coalesce(days.ended_at, false) as is_end_a_day,
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
    from {{ landed('calls') }} as landed
    cross join {{ ref('stg_landing__as_of') }} as cutoff
    {{ join_days('calls', ['ivr_started_at', 'ivr_ended_at', 'queued_at', 'answered_at', 'ended_at']) | indent(4) }}
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
            case when queued_at > answered_at and answered_at >= started_at then {{ defect('queued_at', 'after_answer') }} end
        ) as queued_at_defect,
        {{ range_defect('ivr_inputs', 0) }} as ivr_inputs_defect,
        {{ range_defect('hold_seconds', 0, work_limit(
            seconds_between("case when answered_at between started_at and ended_at then answered_at else started_at end",
                            "case when not is_end_a_day then ended_at end")
        )) }} as hold_seconds_defect,
        {{ range_defect('wrap_seconds', 0, work_limit()) }} as wrap_seconds_defect
    from trimmed
),

superseded as (
    {{ superseded_rows('calls') }}
),

{% set optional = ['ended_at', 'ivr_started_at', 'ivr_ended_at', 'queued_at', 'answered_at', 'ivr_inputs',
                   'hold_seconds', 'wrap_seconds'] -%}
{% set contradiction = "checked.answered_at is not null and checked.answered_at_defect is null and (outcome_words.word in"
    ~ " ('abandoned', 'unanswered')"
    ~ " or outcome_words.word = 'voicemail' and checked.agent_id is not null and bots.agent_id is null)" -%}
worded as (
    select
        checked.*,
        {{ landed_word('direction') }} as our_direction,
        {% for column in optional -%} {{ sound(column, as_column='sound_' ~ column) }},
        {% endfor -%}
        {{ landed_word('outcome') }} as outcome_word,
        case when outcome_words.word not in ('other', 'unstated', 'completed') then outcome_words.word end as stated_outcome,
        {{ contradiction }} as is_contradicted,
        bots.agent_id is not null as has_bot_agent,
        coalesce(checked.row_defect, superseded.row_defect) as final_defect,
        {{ value_defects(optional, [
            roster_defect('agent_id'),
            "case when " ~ contradiction ~ " then 'outcome|answered_all_the_same|' || outcome_words.word end",
        ]) }},
        {{ word_defects(['direction', 'outcome']) }}
    from checked
    left join superseded
        on
            superseded.landed_line_number = checked.landed_line_number
            and superseded.landed_file_name = checked.landed_file_name
    {{ join_words('direction', 'direction') | indent(4) }}
    {{ join_words('outcome', 'call_outcome') | indent(4) }}
    {{ join_roster_bots('agent_id') | indent(4) }}
),

-- The instant of an answer says more than a word, and no word at all of a call that nobody answered says that nobody did.
answered as (
    select
        *,
        coalesce(
            case when sound_answered_at is not null and (stated_outcome is null or is_contradicted) then 'answered' end,
            stated_outcome, 'unanswered'
        ) as told_outcome
    from worded
),

told as (
    select
        *,
        has_bot_agent and told_outcome = 'answered' as is_by_bot
    from answered
)

-- A call that a bot answered is one that its menu contained.
select
    call_id,
    source_system,
    root_call_id,
    our_direction as direction,
    customer_id,
    customer_email,
    customer_phone,
    topic,
    subtopic,
    started_at,
    coalesce(sound_ivr_started_at, case when is_by_bot then sound_answered_at end) as ivr_started_at,
    case when is_by_bot then sound_ended_at else sound_ivr_ended_at end as ivr_ended_at,
    coalesce(sound_ivr_inputs, case when is_by_bot and sound_answered_at is not null then 1 end) as ivr_inputs,
    sound_queued_at as queued_at,
    case when not is_by_bot then sound_answered_at end as answered_at,
    sound_ended_at as ended_at,
    sound_hold_seconds as hold_seconds,
    sound_wrap_seconds as wrap_seconds,
    case when is_by_bot then 'ivr_contained' else told_outcome end as call_outcome,
    stated_outcome is not null as is_outcome_stated,
    outcome_word,
    is_stated_resolved,
    case when not has_bot_agent then agent_id end as agent_id,
    team,
    loaded_at,
    landed_file_name,
    landed_line_number,
    final_defect as row_defect,
    value_defects,
    word_defects
from told
