select
    currency,
    count(*) as row_count
from {{ ref('int_costs_accepted') }}
where (select count(distinct currency) from {{ ref('int_costs_accepted') }}) > 1
group by currency
