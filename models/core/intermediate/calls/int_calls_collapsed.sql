{#- The legs of a call as one. -#}
with

systems_with_answers as (
    select distinct source_system
    from {{ accepted(ref('int_calls_judged')) }} as calls
    where answered_at is not null
),

-- A tool that never says when it is answered may say it otherwise: a call that names an agent was, one whose connection was made
-- and came out of its menu, too. A word that says no more than that it is over, or that nobody knows, leaves that open.
told as (
    select
        calls.call_id,
        calls.source_system,
        calls.root_call_id,
        calls.direction,
        calls.customer_id,
        calls.customer_email,
        calls.customer_phone,
        calls.topic,
        calls.subtopic,
        calls.started_at,
        calls.ivr_started_at,
        calls.ivr_ended_at,
        calls.ivr_inputs,
        {% for column in ['queued_at', 'answered_at', 'ended_at'] -%}
        case when not coalesce(days.are_{{ column }}, false) then calls.{{ column }} end as {{ column }},
        {% endfor -%}
        calls.hold_seconds,
        calls.wrap_seconds,
        case
            when
                calls.call_outcome <> 'unanswered'
                or calls.is_outcome_stated
                or systems_with_answers.source_system is not null
                then calls.call_outcome
            when calls.agent_id is not null then 'answered'
            when calls.outcome_word is null then 'unanswered'
            when calls.outcome_word <> 'completed' then 'unknown'
            when
                calls.ivr_started_at is not null and (calls.ivr_ended_at is null or calls.ivr_ended_at >= calls.ended_at)
                then 'unknown'
            else 'answered'
        end as call_outcome,
        calls.is_outcome_stated,
        calls.is_stated_resolved,
        calls.agent_id,
        calls.team,
        not coalesce(days.are_days, false) as has_times
    from {{ accepted(ref('int_calls_judged')) }} as calls
    left join systems_with_answers on systems_with_answers.source_system = calls.source_system
    left join {{ days_by_system({
        'are_days': ('calls', ['started_at', 'ivr_started_at', 'ivr_ended_at']), 'are_queued_at': ('calls', ['queued_at']),
        'are_answered_at': ('calls', ['answered_at']), 'are_ended_at': ('calls', ['ended_at']),
    }) }} as days
        on days.source_system = calls.source_system
),

answered as (
    select
        *,
        call_outcome = 'answered' as is_answered
    from told
),

legs as (
    select
        *,
        case when is_answered and has_times then {{ seconds_between('answered_at', 'ended_at') }} end as talk_seconds,
        row_number() over (
            partition by source_system, root_call_id
            order by case when call_id = root_call_id then 0 else 1 end, started_at, call_id
        ) as leg_rank,
        row_number() over (partition by source_system, root_call_id order by started_at desc, call_id desc) as last_rank
    from answered
)

-- One call is all its legs: customer, topic and queue are taken from the first, team, agent and outcome from the last.
select
    source_system,
    root_call_id,
    coalesce(max(case when leg_rank = 1 then customer_id end), max(customer_id)) as customer_id,
    coalesce(max(case when leg_rank = 1 then customer_email end), max(customer_email)) as customer_email,
    coalesce(max(case when leg_rank = 1 then customer_phone end), max(customer_phone)) as customer_phone,
    coalesce(max(case when leg_rank = 1 then topic end), max(topic)) as topic,
    coalesce(max(case when leg_rank = 1 then subtopic end), max(subtopic)) as subtopic,
    max(case when leg_rank = 1 then direction end) as direction,
    {{ value_at_latest('team', 'started_at') }} as team,
    {{ value_at_latest('agent_id', 'started_at') }} as agent_id,
    {{ value_at_latest('is_stated_resolved', 'started_at') }} as is_stated_resolved,
    min(started_at) as started_at,
    min(case when has_times then 1 else 0 end) = 1 as has_times,
    min(case when is_answered then answered_at end) as answered_at,
    count(*) as leg_count,
    min(case when ivr_inputs > 0 then ivr_started_at end) as ivr_responded_at,
    max(case when is_answered then 1 else 0 end) = 1 as is_answered,
    coalesce({{ value_at_latest('call_outcome', 'started_at') }} in ('answered', 'ivr_contained'), false) as is_normal_end,
    max(case when last_rank = 1 then call_outcome end) as last_outcome,
    max(case when call_outcome in ('abandoned', 'unanswered') and is_outcome_stated then 1 else 0 end) = 1
    as is_stated_hung_up,
    max(case when queued_at is not null then 1 else 0 end) = 1 as is_queued,
    max(case when leg_rank = 1 then queued_at end) as queued_at,
    max(case when leg_rank = 1 then coalesce(ivr_ended_at, started_at) end) as menu_left_at,
    -- The caller never came out of the menu: they hung up in it.
    max(case when ivr_started_at is not null then 1 else 0 end) = 1
    and coalesce(max(ivr_ended_at) >= max(ended_at), max(ivr_ended_at) is null) as is_in_menu_to_the_end,
    max(case when leg_rank = 1 then ivr_inputs end) as ivr_inputs,
    count(case when is_answered then 1 end) as answered_leg_count,
    max(ended_at) as last_ended_at,
    max(case when last_rank = 1 then ended_at end) as last_leg_ended_at,
    max(coalesce(ended_at, greatest(started_at, ivr_started_at, ivr_ended_at, queued_at, answered_at))) as ended_at,
    {{ exact_sum_as_double('talk_seconds + coalesce(wrap_seconds, 0)') }} as handle_seconds,
    {{ exact_sum_as_double('case when is_answered then hold_seconds end') }} as hold_seconds,
    {{ exact_sum_as_double('case when is_answered then wrap_seconds end') }} as wrap_seconds,
    {{ exact_sum_as_double('case when has_times then ' ~ seconds_between(
        'ivr_started_at', "coalesce(ivr_ended_at, case when call_outcome = 'ivr_contained' then ended_at end)"
    ) ~ ' end') }} as bot_handle_seconds,
    coalesce({{ exact_sum_as_double(
        'case when has_times then ' ~ seconds_between('started_at', 'ended_at') ~ ' end'
    ) }}, 0) as telephony_seconds
from legs
group by source_system, root_call_id
