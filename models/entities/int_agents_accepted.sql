{{ config(materialized='view') }}
select *
from {{ ref('int_agents_judged') }}
where row_defect is null
