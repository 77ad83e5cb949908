with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        {{ trimmed('landed.message_id') }} as message_id,
        {{ trimmed('landed.ticket_id') }} as ticket_id,
        coalesce({{ trimmed('landed.source_system') }}, 'default') as source_system,
        landed.sent_at,
        days.sent_at as is_sent_at_day,
        lower({{ trimmed('landed.sender_type') }}) as sender_type,
        {{ trimmed('landed.sender_id') }} as sender_id,
        coalesce(landed.is_public, true) as is_public,
        coalesce(landed.is_automated, false) as is_automated,
        landed.loaded_at,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ landed('ticket_messages') }} as landed
    cross join cutoff
    {{ join_days('ticket_messages', ['sent_at']) | indent(4) }}
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when message_id is null then {{ defect('message_id', 'missing') }}
            when ticket_id is null then {{ defect('ticket_id', 'missing') }}
            when sender_type is null then {{ defect('sender_type', 'missing') }}
            {{ when_instant_unplaceable('sent_at') }}
        end as row_defect
    from trimmed
),

tickets as (
    select
        source_system,
        ticket_id,
        created_at
    from {{ ref('int_tickets_judged') }}
    where row_defect is null
),

landed_tickets as (
    select count(*) as row_count from {{ ref('int_tickets_judged') }}
),

superseded as (
    {{ superseded_rows('ticket_messages') }}
)

select
    checked.message_id,
    checked.ticket_id,
    checked.source_system,
    {{ since_parent('sent_at', 'tickets', 'created_at') }},
    case when bots.agent_id is not null then 'bot' else {{ landed_word('sender_type') }} end as sender_type,
    checked.sender_id,
    checked.is_public,
    checked.is_automated,
    checked.loaded_at,
    checked.landed_file_name,
    checked.landed_line_number,
    coalesce(
        checked.row_defect,
        superseded.row_defect,
        {{ misplaced('sent_at', 'tickets', 'ticket_id', 'created_at') }}
    ) as row_defect,
    {{ value_defects([], [roster_defect('sender_type')]) }},
    {{ word_defects(['sender_type']) }}
from checked
left join superseded
    on
        superseded.landed_line_number = checked.landed_line_number
        and superseded.landed_file_name = checked.landed_file_name
cross join landed_tickets
left join tickets
    on
        tickets.source_system = checked.source_system
        and tickets.ticket_id = checked.ticket_id
{{ join_words('sender_type', 'sender_type') }}
{{ join_roster_bots('sender_id') }}
    and sender_type_words.word = 'agent'
