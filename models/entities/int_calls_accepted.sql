{{ config(materialized='view') }}
select *
from {{ ref('int_calls_judged') }}
where row_defect is null
