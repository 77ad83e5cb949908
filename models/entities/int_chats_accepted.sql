{{ config(materialized='view') }}
select *
from {{ ref('int_chats_judged') }}
where row_defect is null
