with

benchmarks as (
    select * from {{ ref('kpi_benchmarks') }}
),

registry as (
    select * from {{ ref('kpi_definitions') }}
),

monthly_values as (
    select * from {{ ref('kpi_values') }}
    where grain = 'month'
),

months as (
    select distinct period_start from monthly_values
),

-- A topic tier is no slice of its own: the sums of its topics, also of those too small to show, are divided. Percentiles
-- cannot be.
tier_values as (
    select
        sums.kpi_id,
        sums.period_start,
        topics.topic_tier,
        max(registry.scale)
        * {{ rate(exact_sum_as_double('sums.numerator'), exact_sum_as_double('sums.denominator')) }}
        as kpi_value,
        sum(sums.n) as n
    from {{ ref('int_kpi_sums') }} as sums
    inner join registry on registry.kpi_id = sums.kpi_id
    inner join {{ ref('topics') }} as topics on topics.topic = sums.topic
    where
        sums.grain = 'month'
        and sums.slice = 'topic'
        and registry.statistic <> 'percentile'
        and topics.topic_tier is not null
    group by sums.kpi_id, sums.period_start, topics.topic_tier
),

-- A KPI is held against others' numbers only where they measured the same formula.
compared as (
    select
        months.period_start as month_start_date,
        benchmarks.*,
        registry.kpi_id is not null as is_measured,
        benchmarks.formula = benchmarks.kpi_id as is_comparable,
        registry.direction,
        case
            when benchmarks.topic_tier is null then monthly_values.value
            when tier_values.n >= registry.hidden_below_n then tier_values.kpi_value
        end as kpi_value
    from benchmarks
    cross join months
    left join registry on registry.kpi_id = benchmarks.kpi_id
    left join monthly_values
        on
            monthly_values.kpi_id = benchmarks.kpi_id
            and monthly_values.period_start = months.period_start
            and monthly_values.slice = case
                when benchmarks.channel is not null then 'channel'
                when benchmarks.responder is not null then 'responder'
                else 'all'
            end
            and coalesce(monthly_values.channel, '') = coalesce(benchmarks.channel, '')
            and coalesce(monthly_values.responder, '') = coalesce(benchmarks.responder, '')
    left join tier_values
        on
            tier_values.kpi_id = benchmarks.kpi_id
            and tier_values.period_start = months.period_start
            and tier_values.topic_tier = benchmarks.topic_tier
)

select
    month_start_date,
    kpi_id,
    channel,
    responder,
    topic_tier,
    formula,
    source,
    year,
    population,
    low,
    high,
    case when is_comparable then kpi_value end as value,
    case
        when not is_comparable or kpi_value is null then null
        when kpi_value < low then kpi_value - low
        when kpi_value > high then kpi_value - high
        else 0
    end as gap,
    case
        when not is_comparable or kpi_value is null then null
        when direction = 'higher' then kpi_value >= coalesce(low, high)
        when direction = 'lower' then kpi_value <= coalesce(high, low)
        else kpi_value between coalesce(low, kpi_value) and coalesce(high, kpi_value)
    end as is_reached,
    case
        when not is_measured then 'no_kpi'
        when not is_comparable then 'other_formula'
        when kpi_value is null then 'no_value'
    end as no_gap_reason
from compared
