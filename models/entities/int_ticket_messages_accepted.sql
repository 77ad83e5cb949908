{{ config(materialized='view') }}
select *
from {{ ref('int_ticket_messages_judged') }}
where row_defect is null
