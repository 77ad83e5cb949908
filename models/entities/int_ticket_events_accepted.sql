{{ config(materialized='view') }}
select *
from {{ ref('int_ticket_events_judged') }}
where row_defect is null
