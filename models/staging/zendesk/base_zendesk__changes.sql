{#-
    Changes of the fields that are read, from Fivetran's history, from the updates of the API, or from dlt's, each with what the field
    was before and since when. The one pass over the history, which is the longest table.
-#}
{% set fields = "('status', 'assignee_id', 'group_id', 'priority', 'requester_id', 'satisfaction_score',"
    ~ " 'time spent last update (sec)')" -%}
with

-- A loader that splits the events off the updates leaves the ticket with the update.
split_off as (
    select
        events.source_system, events.event_id, events.event_type, events.field_name, events.new_value, events.previous_value,
        coalesce(events.ticket_id, updates.ticket_id) as ticket_id,
        coalesce(events.author_id, updates.author_id) as author_id,
        coalesce(events.via_channel, updates.via_channel) as via_channel,
        coalesce(events.changed_at, updates.created_at) as changed_at,
        coalesce(events.loaded_at, updates.loaded_at) as loaded_at,
        events.landed_file_name, events.landed_line_number
    from {{ vendor_table('zendesk', 'ticket_audits__events') }} as events
    left join {{ vendor_table('zendesk', 'ticket_audits') }} as updates
        on
            updates.source_system = events.source_system
            and coalesce(updates.row_id, updates.audit_id)
            = case when events.ticket_id is null then coalesce(events.parent_row_id, events.audit_id) end
),

-- dlt's events have a column for each field; the one with a value is the field that was set.
split_by_field as (
    select
        events.source_system, events.event_id, events.previous_value,
        case
            when events.status is not null then 'status'
            when events.assignee_id is not null then 'assignee_id'
            when events.group_id is not null then 'group_id'
            when events.priority is not null then 'priority'
            when events.requester_id is not null then 'requester_id'
            when events.satisfaction_score is not null then 'satisfaction_score'
        end as field_name,
        coalesce(
            events.status, events.assignee_id, events.group_id, events.priority, events.requester_id, events.satisfaction_score
        ) as new_value,
        coalesce(events.ticket_id, updates.ticket_id) as ticket_id,
        coalesce(events.author_id, updates.author_id) as author_id,
        coalesce(events.via_channel, updates.via_channel) as via_channel,
        coalesce(events.changed_at, updates.created_at) as changed_at,
        coalesce(events.loaded_at, updates.loaded_at) as loaded_at,
        events.landed_file_name, events.landed_line_number
    from {{ vendor_table('zendesk', 'ticket_events__child_events') }} as events
    left join {{ vendor_table('zendesk', 'ticket_events') }} as updates
        on
            updates.source_system = events.source_system
            and updates.row_id = case when events.ticket_id is null then events.parent_row_id end
),

-- Word by word as Zendesk writes them, so that eleven million values are compared as they are. No word is a status and a mark.
words as (
    {% for blank in [' ', '_', '-'] -%}
    select
        replace(landed_word, ' ', '{{ blank }}') as landed_word,
        word
    from {{ ref('zendesk_words') }}
    where vocabulary in ('zendesk_status', 'zendesk_score')
    {{ 'union' if not loop.last }}
    {% endfor -%}
),

landed as (
    select
        source_system, ticket_id, field_name, new_value, author_id, via_channel, changed_at, loaded_at,
        landed_file_name, landed_line_number,
        cast(null as {{ dbt.type_string() }}) as event_id, cast(null as {{ dbt.type_string() }}) as landed_previous_value
    from {{ vendor_table('zendesk', 'ticket_field_history') }} as t

    union all

    select
        source_system, ticket_id, field_name, new_value, author_id, via_channel, changed_at, loaded_at,
        landed_file_name, landed_line_number,
        event_id, previous_value as landed_previous_value
    from split_off
    where event_type in ('Create', 'Change')

    union all

    select
        source_system, ticket_id, field_name, new_value, author_id, via_channel, changed_at, loaded_at,
        landed_file_name, landed_line_number,
        event_id, previous_value as landed_previous_value
    from split_by_field
),

worded as (
    select
        landed.source_system, landed.ticket_id, landed.field_name, landed.author_id, landed.changed_at, landed.loaded_at,
        landed.event_id, landed.landed_file_name, landed.landed_line_number,
        landed.author_id = '-1' or landed.via_channel in ('rule', 'trigger', 'automation', 'system') as is_by_system,
        coalesce(new_words.word, landed.new_value) as new_value,
        coalesce(previous_words.word, landed.landed_previous_value) as landed_previous_value,
        -- Of changes in one second the later event has the greater number; numbers of one length compare as texts.
        coalesce(length(landed.event_id), 0) as event_id_length
    from landed
    left join words as new_words on new_words.landed_word = landed.new_value
    left join words as previous_words on previous_words.landed_word = landed.landed_previous_value
    where landed.field_name in {{ fields }} and landed.ticket_id is not null
),

ordered as (
    select
        *,
        lag(new_value) over field_changes as value_before,
        lag(changed_at) over field_changes as held_since,
        lag(event_id) over field_changes as event_before
    from worded
    window field_changes as (
        partition by ticket_id, field_name, source_system
        order by changed_at, event_id_length, event_id, landed_line_number
    )
)

-- The same change landed twice is one. The history may begin a second before its ticket; what a first change ends held from there.
select
    ordered.source_system,
    ordered.ticket_id,
    ordered.field_name,
    ordered.event_id,
    ordered.author_id,
    case when ordered.held_since is null then ordered.landed_previous_value else ordered.value_before end as previous_value,
    ordered.new_value,
    coalesce(ordered.is_by_system, false) as is_by_system,
    coalesce(ordered.author_id = tickets.requester_id, false) as is_by_requester,
    greatest(ordered.changed_at, coalesce(tickets.created_at, ordered.changed_at)) as changed_at,
    case
        when ordered.held_since is not null then greatest(ordered.held_since, coalesce(tickets.created_at, ordered.held_since))
        when ordered.landed_previous_value is not null then tickets.created_at
    end as held_since,
    ordered.loaded_at,
    ordered.landed_file_name,
    ordered.landed_line_number
from ordered
left join {{ ref('base_zendesk__tickets') }} as tickets
    on
        tickets.source_system = ordered.source_system
        and tickets.ticket_id = ordered.ticket_id
        and tickets.is_current
where not (
    coalesce(ordered.changed_at = ordered.held_since, false)
    and coalesce(ordered.new_value, '') = coalesce(ordered.value_before, '')
    and coalesce(ordered.event_id, '') = coalesce(ordered.event_before, '')
)
