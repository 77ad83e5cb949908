{{ config(materialized='view') }}
select *
from {{ ref('int_agent_shifts_judged') }}
where row_defect is null
