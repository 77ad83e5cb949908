with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        {{ trimmed('landed.chat_id') }} as chat_id,
        coalesce({{ trimmed('landed.source_system') }}, 'default') as source_system,
        {{ trimmed('landed.customer_id') }} as customer_id,
        lower({{ trimmed('landed.customer_email') }}) as customer_email,
        {{ phone_digits('landed.customer_phone') }} as customer_phone,
        {{ trimmed('landed.channel') }} as channel,
        {{ trimmed('landed.topic') }} as topic,
        {{ trimmed('landed.subtopic') }} as subtopic,
        landed.started_at,
        {{ within_its_day(
            'ended_at', after=['started_at', 'handover_requested_at', 'handover_accepted_at', 'queued_at', 'agent_joined_at']
        ) }},
        {{ trimmed('landed.end_reason') }} as end_reason,
        {{ trimmed('landed.outcome') }} as outcome,
        {{ trimmed('landed.bot_id') }} as bot_id,
        {{ within_its_day('handover_requested_at', after=['started_at']) }},
        {{ trimmed('landed.handover_reason') }} as handover_reason,
        {{ within_its_day('handover_accepted_at', after=['started_at', 'handover_requested_at']) }},
        {{ trimmed('landed.handover_context') }} as handover_context,
        {{ within_its_day('queued_at', after=['started_at', 'handover_requested_at']) }},
        {{ within_its_day('agent_joined_at', after=['started_at', 'handover_requested_at', 'queued_at']) }},
        {{ trimmed('landed.agent_id') }} as agent_id,
        {{ trimmed('landed.team') }} as team,
        landed.is_proactive,
        landed.loaded_at,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ landed('chats') }} as landed
    cross join cutoff
    {{ join_days(
        'chats', ['handover_requested_at', 'handover_accepted_at', 'queued_at', 'agent_joined_at', 'ended_at']
    ) | indent(4) }}
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when chat_id is null then {{ defect('chat_id', 'missing') }}
            {{ when_instant_unplaceable('started_at') }}
            when ended_at < started_at then {{ defect('ended_at', 'end_before_start') }}
        end as row_defect,
        {{ instant_defect('ended_at') }} as ended_at_defect,
        {{ instant_defect('handover_requested_at', not_before='started_at', not_after='ended_at') }}
        as handover_requested_at_defect,
        {{ instant_defect(
            'handover_accepted_at', not_before='coalesce(handover_requested_at, started_at)', not_after='ended_at'
        ) }} as handover_accepted_at_defect,
        {{ instant_defect('queued_at', not_before='started_at', not_after='ended_at') }} as queued_at_defect,
        {{ instant_defect('agent_joined_at', not_before='started_at', not_after='ended_at') }}
        as agent_joined_at_defect
    from trimmed
),

superseded as (
    {{ superseded_rows('chats') }}
)

select
    checked.chat_id,
    checked.source_system,
    checked.customer_id,
    checked.customer_email,
    checked.customer_phone,
    {{ our_word('channel') }},
    checked.topic,
    checked.subtopic,
    checked.started_at,
    {{ sound('ended_at') }},
    {{ our_word('end_reason') }},
    {{ our_word('outcome', as_column='chat_outcome') }},
    coalesce(checked.bot_id, bots.agent_id) as bot_id,
    {{ sound('handover_requested_at') }},
    {{ our_word('handover_reason') }},
    {{ sound('handover_accepted_at') }},
    checked.handover_context,
    {{ sound('queued_at') }},
    case when checked.agent_joined_at_defect is null and bots.agent_id is null then checked.agent_joined_at end
    as agent_joined_at,
    case when bots.agent_id is null then checked.agent_id end as agent_id,
    checked.team,
    checked.is_proactive,
    checked.loaded_at,
    checked.landed_file_name,
    checked.landed_line_number,
    coalesce(checked.row_defect, superseded.row_defect) as row_defect,
    {{ value_defects(
        ['ended_at', 'handover_requested_at', 'handover_accepted_at', 'queued_at', 'agent_joined_at'], [roster_defect('agent_id')]
    ) }},
    {{ word_defects(['channel', 'end_reason', 'outcome', 'handover_reason']) }}
from checked
left join superseded
    on
        superseded.landed_line_number = checked.landed_line_number
        and superseded.landed_file_name = checked.landed_file_name
{{ join_words('channel', 'channel') }}
{{ join_words('end_reason', 'chat_end_reason') }}
{{ join_words('outcome', 'chat_outcome') }}
{{ join_words('handover_reason', 'handover_reason') }}
{{ join_roster_bots('agent_id') }}
