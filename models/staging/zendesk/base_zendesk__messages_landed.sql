{#- Comments of both shapes and messages of chats as they landed. A view: its reader writes them. -#}
{{ config(materialized='view') }}
{% set empty_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
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

select
    source_system, message_id, ticket_id, chat_id, author_id, '' as via_channel, '' as via_source_rel, {{ empty_text }} as flags,
    told_sender, sent_at, true as is_public, loaded_at, landed_file_name, landed_line_number
from {{ ref('base_zendesk__chat_messages') }}
