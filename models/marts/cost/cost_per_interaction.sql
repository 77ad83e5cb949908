with

cells as (
    select * from {{ ref('kpi_cost') }}
)

select
    kpi_date as conversation_date,
    channel,
    topic,
    responder,
    sum(costed_count) as interaction_count,
    sum(uncosted_count) as excluded_count,
    {{ exact_sum_as_double('cost') }} as cost,
    {{ exact_sum_as_double('worked_seconds') }} as handle_seconds,
    {{ rate(exact_sum_as_double('cost'), 'sum(costed_count)') }} as cost_per_interaction
from cells
group by kpi_date, channel, topic, responder
