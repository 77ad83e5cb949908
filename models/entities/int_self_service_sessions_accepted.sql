{{ config(materialized='view') }}
select *
from {{ ref('int_self_service_sessions_judged') }}
where row_defect is null
