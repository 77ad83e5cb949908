{{ config(materialized='view') }}
select *
from {{ ref('int_agent_training_judged') }}
where row_defect is null
