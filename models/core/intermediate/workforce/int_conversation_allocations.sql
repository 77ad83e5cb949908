{{ config(materialized='view') }}
select
    conversation_id,
    {{ exact_sum_as_double('allocated_seconds') }} as allocated_handle_seconds
from {{ ref('fct_handle_segments') }}
group by conversation_id
