with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        {{ trimmed('landed.ticket_id') }} as ticket_id,
        coalesce({{ trimmed('landed.source_system') }}, 'default') as source_system,
        {{ trimmed('landed.customer_id') }} as customer_id,
        lower({{ trimmed('landed.customer_email') }}) as customer_email,
        {{ phone_digits('landed.customer_phone') }} as customer_phone,
        {{ trimmed('landed.channel') }} as channel,
        {{ trimmed('landed.topic') }} as topic,
        {{ trimmed('landed.subtopic') }} as subtopic,
        {{ trimmed('landed.priority') }} as priority,
        {{ trimmed('landed.status') }} as status,
        landed.created_at,
        {{ within_its_day('updated_at', after=['created_at']) }},
        {{ within_its_day('solved_at', after=['created_at']) }},
        {{ within_its_day('closed_at', after=['created_at', 'solved_at']) }},
        landed.due_at,
        {{ trimmed('landed.assigned_agent_id') }} as assigned_agent_id,
        {{ trimmed('landed.team') }} as team,
        {{ trimmed('landed.merged_into_ticket_id') }} as merged_into_ticket_id,
        {{ trimmed('landed.follow_up_of_ticket_id') }} as follow_up_of_ticket_id,
        {{ trimmed('landed.call_id') }} as call_id,
        {{ trimmed('landed.chat_id') }} as chat_id,
        landed.is_outbound,
        {{ trimmed('landed.language') }} as language,
        {{ trimmed('landed.brand') }} as brand,
        landed.loaded_at,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ landed('tickets') }} as landed
    cross join cutoff
    {{ join_days('tickets', ['updated_at', 'solved_at', 'closed_at']) | indent(4) }}
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when ticket_id is null then {{ defect('ticket_id', 'missing') }}
            {{ when_instant_unplaceable('created_at') }}
        end as row_defect,
        {{ instant_defect('updated_at', not_before='created_at') }} as updated_at_defect,
        {{ instant_defect('solved_at', not_before='created_at') }} as solved_at_defect,
        {{ instant_defect('closed_at', not_before='created_at') }} as closed_at_defect,
        {{ instant_defect('due_at', planned=true) }} as due_at_defect
    from trimmed
),

superseded as (
    {{ superseded_rows('tickets') }}
)

select
    checked.ticket_id,
    checked.source_system,
    checked.customer_id,
    checked.customer_email,
    checked.customer_phone,
    {{ our_word('channel') }},
    checked.topic,
    checked.subtopic,
    {{ our_word('priority') }},
    {{ our_word('status', as_column='ticket_status') }},
    checked.created_at,
    {{ sound('updated_at') }},
    {{ sound('solved_at') }},
    {{ sound('closed_at') }},
    {{ sound('due_at') }},
    case when bots.agent_id is null then checked.assigned_agent_id end as assigned_agent_id,
    bots.agent_id as assigned_bot_id,
    checked.team,
    checked.merged_into_ticket_id,
    checked.follow_up_of_ticket_id,
    checked.call_id,
    checked.chat_id,
    checked.is_outbound,
    checked.language,
    checked.brand,
    checked.loaded_at,
    checked.landed_file_name,
    checked.landed_line_number,
    coalesce(checked.row_defect, superseded.row_defect) as row_defect,
    {{ value_defects(['updated_at', 'solved_at', 'closed_at', 'due_at'], [roster_defect('assigned_agent_id')]) }},
    {{ word_defects(['channel', 'status', 'priority']) }}
from checked
left join superseded
    on
        superseded.landed_line_number = checked.landed_line_number
        and superseded.landed_file_name = checked.landed_file_name
{{ join_words('channel', 'channel') }}
{{ join_words('status', 'ticket_status') }}
{{ join_words('priority', 'priority') }}
{{ join_roster_bots('assigned_agent_id') }}
