{#- Calls of both shapes, and the legs of agents that talked. -#}
with

landed as (
    {% for table in ['call_metric', 'calls'] -%}
    select
        t.source_system,
        call_id,
        ticket_id,
        agent_id,
        call_group_id,
        direction,
        completion_status,
        duration,
        talk_time,
        hold_time,
        time_to_answer,
        wrap_up_time,
        ivr_time_spent,
        ivr_hops,
        voicemail,
        callback,
        created_at,
        loaded_at,
        landed_file_name,
        landed_line_number
    from {{ vendor_table('zendesk', table) }} as t
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

ranked as (
    select
        *,
        row_number() over (
            partition by source_system, call_id
            order by loaded_at desc nulls last, landed_file_name desc, landed_line_number desc
        ) as recency_rank
    from landed
)

select
    ranked.source_system,
    ranked.call_id,
    ranked.ticket_id,
    ranked.agent_id,
    ranked.call_group_id,
    coalesce(direction_words.word, ranked.direction) as direction,
    case
        when ranked.voicemail then 'voicemail'
        when ranked.callback then 'callback_requested'
        else coalesce(outcome_words.word, ranked.completion_status)
    end as outcome,
    ranked.duration,
    ranked.talk_time,
    ranked.hold_time,
    ranked.time_to_answer,
    ranked.wrap_up_time,
    ranked.ivr_time_spent,
    ranked.ivr_hops,
    ranked.recency_rank = 1 as is_current,
    row_number() over (
        partition by ranked.source_system, ranked.ticket_id, ranked.recency_rank order by ranked.created_at, ranked.call_id
    ) as ticket_call_rank,
    ranked.created_at,
    ranked.loaded_at,
    ranked.landed_file_name,
    ranked.landed_line_number
from ranked
{{ join_vendor_words('zendesk_words', 'zendesk_direction', 'ranked.direction', 'direction_words') }}
{{ join_vendor_words('zendesk_words', 'zendesk_completion_status', 'ranked.completion_status', 'outcome_words') }}
