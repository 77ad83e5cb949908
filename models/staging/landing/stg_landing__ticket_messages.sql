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
        lower({{ trimmed('landed.sender_type') }}) as sender_type,
        {{ trimmed('landed.sender_id') }} as sender_id,
        coalesce(landed.is_public, true) as is_public,
        coalesce(landed.is_automated, false) as is_automated,
        landed.loaded_at,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ source('landing', 'ticket_messages') }} as landed
    cross join cutoff
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
)

select
    message_id,
    ticket_id,
    source_system,
    sent_at,
    sender_type,
    sender_id,
    is_public,
    is_automated,
    loaded_at,
    landed_file_name,
    landed_line_number,
    row_defect,
    cast(null as {{ dbt.type_string() }}) as value_defects
from checked
