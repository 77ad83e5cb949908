{{ config(materialized='view') }}
select *
from {{ ref('int_surveys_judged') }}
where row_defect is null
