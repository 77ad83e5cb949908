{#- Decide in the open: what is a reply here, and who wrote it. -#}
select
    t.message_id,
    t.ticket_id,
    t.source_system,
    t.created_at as sent_at,
    coalesce(authors.word, t.author_type) as sender_type,
    case when authors.word in ('agent', 'bot') then t.author_id end as sender_id,
    not coalesce(t.is_internal, false) as is_public,
    coalesce(authors.word = 'system', false) as is_automated,
    t.loaded_at,
    t.landed_file_name,
    t.landed_line_number
from {{ vendor_table('acme', 'messages') }} as t
{{ join_vendor_words('acme_words', 'acme_author', 't.author_type', 'authors') }}
