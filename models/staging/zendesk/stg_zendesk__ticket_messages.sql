{#- One pass over what the base has: a view, so that five million rows are written once. -#}
{{ config(materialized='view') }}
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
    landed_line_number
from {{ ref('base_zendesk__messages') }}
