{{ config(materialized='view') }}
select *
from {{ ref('int_tickets_judged') }}
where row_defect is null
