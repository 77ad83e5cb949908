with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        {{ trimmed('landed.event_id') }} as event_id,
        {{ trimmed('landed.ticket_id') }} as ticket_id,
        coalesce({{ trimmed('landed.source_system') }}, 'default') as source_system,
        landed.occurred_at,
        days.occurred_at as is_occurred_at_day,
        lower({{ trimmed('landed.event_type') }}) as event_type,
        lower({{ trimmed('landed.actor_type') }}) as actor_type,
        {{ trimmed('landed.actor_id') }} as actor_id,
        {{ trimmed('landed.from_value') }} as from_value,
        {{ trimmed('landed.to_value') }} as to_value,
        landed.work_seconds,
        landed.loaded_at,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ landed('ticket_events') }} as landed
    cross join cutoff
    {{ join_days('ticket_events', ['occurred_at']) | indent(4) }}
),

-- Only a status change speaks of statuses.
typed as (
    select
        trimmed.*,
        event_words.word as event_word,
        case when event_words.word = 'status_change' then trimmed.from_value end as from_status,
        case when event_words.word = 'status_change' then trimmed.to_value end as to_status
    from trimmed
    left join {{ ref('word_map') }} as event_words
        on
            event_words.vocabulary = 'event_type'
            and {{ plain_word('event_words.landed_word') }} = {{ plain_word('trimmed.event_type') }}
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when event_id is null then {{ defect('event_id', 'missing') }}
            when ticket_id is null then {{ defect('ticket_id', 'missing') }}
            when event_type is null then {{ defect('event_type', 'missing') }}
            {{ when_instant_unplaceable('occurred_at') }}
        end as row_defect,
        {{ range_defect('work_seconds', 0, work_limit()) }} as work_seconds_defect
    from typed
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
    {{ superseded_rows('ticket_events') }}
)

select
    checked.event_id,
    checked.ticket_id,
    checked.source_system,
    {{ since_parent('occurred_at', 'tickets', 'created_at') }},
    coalesce(checked.event_word, 'other') as event_type,
    case when bots.agent_id is not null then 'bot' else {{ landed_word('actor_type') }} end as actor_type,
    checked.actor_id,
    checked.from_value,
    checked.to_value,
    {{ our_word('from_status') }},
    {{ our_word('to_status') }},
    {{ sound('work_seconds') }},
    checked.loaded_at,
    checked.landed_file_name,
    checked.landed_line_number,
    coalesce(
        checked.row_defect,
        superseded.row_defect,
        {{ misplaced('occurred_at', 'tickets', 'ticket_id', 'created_at') }}
    ) as row_defect,
    {{ value_defects(['work_seconds'], [roster_defect('actor_type')]) }},
    {{ word_defects(['event_type', 'actor_type', 'from_status', 'to_status']) }}
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
{{ join_words('event_type', 'event_type') }}
{{ join_words('actor_type', 'sender_type') }}
{{ join_words('from_status', 'ticket_status') }}
{{ join_words('to_status', 'ticket_status') }}
{{ join_roster_bots('actor_id') }}
    and coalesce(actor_type_words.word, 'agent') = 'agent'
