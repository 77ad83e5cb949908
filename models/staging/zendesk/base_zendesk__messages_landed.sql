{#- Comments of both shapes and messages of chats as they landed. A view: its reader writes them. -#}
{{ config(materialized='view') }}
{% set empty_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
with

with_comments as (
    select distinct t.source_system
    from {{ vendor_table('zendesk', 'ticket_comments') }} as t
)

select
    t.source_system, comment_id as message_id, ticket_id, {{ empty_text }} as chat_id, author_id,
    coalesce(lower(via_channel), '') as via_channel, coalesce(via_source_rel, '') as via_source_rel,
    {{ empty_text }} as flags, {{ empty_text }} as told_sender, sent_at, coalesce(is_public, true) as is_public,
    loaded_at, landed_file_name, landed_line_number
from {{ vendor_table('zendesk', 'ticket_comment') }} as t

union all

select
    t.source_system, comment_id as message_id, ticket_id, {{ empty_text }} as chat_id, author_id,
    coalesce(lower(via_channel), '') as via_channel, coalesce(via_source_rel, '') as via_source_rel,
    {{ bare_list('flags') }} as flags, {{ empty_text }} as told_sender, sent_at, coalesce(is_public, true) as is_public,
    loaded_at, landed_file_name, landed_line_number
from {{ vendor_table('zendesk', 'ticket_comments') }} as t

union all

-- dlt lands no comments, but with each update whether one came with it and who sees it: that serves where none landed.
select
    t.source_system, t.event_id as message_id, t.ticket_id, {{ empty_text }} as chat_id, t.author_id,
    coalesce(lower(replace(t.via_channel, ' ', '_')), '') as via_channel, '' as via_source_rel, {{ empty_text }} as flags,
    {{ empty_text }} as told_sender, t.changed_at as sent_at, coalesce(t.is_public, true) as is_public, t.loaded_at,
    t.landed_file_name, t.landed_line_number
from {{ vendor_table('zendesk', 'ticket_events__child_events') }} as t
left join with_comments on with_comments.source_system = t.source_system
where (t.has_comment or t.event_type = 'Comment') and with_comments.source_system is null

union all

select
    source_system, message_id, ticket_id, chat_id, author_id, '' as via_channel, '' as via_source_rel, {{ empty_text }} as flags,
    told_sender, sent_at, true as is_public, loaded_at, landed_file_name, landed_line_number
from {{ ref('base_zendesk__chat_messages') }}
