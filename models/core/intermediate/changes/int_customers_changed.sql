{#- Whose issues are summed anew: their contacts are followed anew, or cost something else. -#}
select customer_id from {{ ref('int_customers_to_build') }}
union
select customer_id
from {{ ref('int_conversations_restated') }}
where customer_id is not null
