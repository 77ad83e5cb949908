{{ config(materialized='view') }}
select *
from {{ ref('int_chat_messages_judged') }}
where row_defect is null
