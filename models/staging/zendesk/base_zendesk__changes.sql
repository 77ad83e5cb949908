{#-
    Changes of the fields that are read, each with what the field was before and since when. The one pass over the history, which is
    the longest table.
-#}
{% set fields = "('status', 'assignee_id', 'group_id', 'priority', 'requester_id', 'satisfaction_score',"
    ~ " 'time spent last update (sec)')" -%}
with

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

worded as (
    select
        landed.source_system,
        landed.ticket_id,
        landed.field_name,
        landed.author_id,
        landed.changed_at,
        landed.loaded_at,
        landed.event_id,
        landed.landed_file_name,
        landed.landed_line_number,
        landed.author_id = '-1' or landed.via_channel in ('rule', 'trigger', 'automation', 'system') as is_by_system,
        coalesce(new_words.word, landed.new_value) as new_value,
        coalesce(previous_words.word, landed.landed_previous_value) as landed_previous_value,
        -- Of changes in one second the later event has the greater number; numbers of one length compare as texts.
        coalesce(length(landed.event_id), 0) as event_id_length
    from {{ ref('base_zendesk__changes_landed') }} as landed
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

-- The same change landed twice is one. The history may begin a second before its ticket; what a first change ends held since.
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
    ordered.changed_at as written_at,
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
