{{ config(materialized='view') }}
select *
from {{ ref('int_costs_judged') }}
where row_defect is null
