{#- A band has both bounds and no target; a target names one point; a benchmark names at most one scope. -#}
select
    kpi_id,
    'target' as what
from {{ ref('kpi_targets') }}
where (target is null) = (low is null) or (low is null) <> (high is null) or low > high

union all

select
    kpi_id,
    'two targets of one scope' as what
from {{ ref('kpi_targets') }}
group by kpi_id, channel, responder, topic_tier, valid_from
having count(*) > 1

union all

select
    kpi_id,
    'benchmark' as what
from {{ ref('kpi_benchmarks') }}
where
    low > high
    or coalesce(low, high) is null
    or (channel is not null and coalesce(responder, topic_tier) is not null)
    or (responder is not null and topic_tier is not null)
