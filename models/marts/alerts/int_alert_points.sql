{#- What each alert rule looks at: finished, mature and large enough periods of its KPI and slice, in order. -#}
with

rules as (
    select * from {{ ref('alert_rules') }}
),

registry as (
    select * from {{ ref('kpi_registry') }}
),

cutoff as (
    select {{ first_unfinished_date('as_of') }} as first_unfinished_date from {{ ref('stg_landing__as_of') }}
),

events as (
    select * from {{ ref('int_event_days') }}
),

-- A rule without a KPI is for every KPI: held against its target where it has one, else against its own past.
watched as (
    select
        rules.rule_id,
        rules.measure,
        rules.method,
        case
            when rules.direction <> 'worse' then rules.direction
            when registry.direction = 'higher' then 'down'
            when registry.direction = 'lower' then 'up'
            else 'both'
        end as direction,
        rules.hysteresis_periods,
        rules.min_n,
        kpis.*,
        registry.statistic = 'ratio' and rules.measure = 'value' as is_share,
        case when rules.measure = 'n' then kpis.n else kpis.value end as observed
    from {{ ref('kpi_values') }} as kpis
    inner join rules
        on
            coalesce(rules.kpi_id, kpis.kpi_id) = kpis.kpi_id
            and rules.grain = kpis.grain
            and rules.slice = kpis.slice
            and (
                (rules.method = 'threshold' and kpis.target is not null)
                or (rules.method = 'control_chart' and (rules.kpi_id is not null or kpis.target is null))
            )
    inner join registry on registry.kpi_id = kpis.kpi_id
    -- Nobody answers for what has no channel, topic or team.
    where coalesce(kpis.channel, kpis.topic, kpis.team, kpis.responder, '') <> 'unknown'
),

-- A holiday is no ordinary day. A number of contacts needs no minimum, is not pending, and is meant to rise in a promotion.
judged as (
    select watched.*
    from watched
    cross join cutoff
    left join events on events.date_day = watched.period_start and watched.grain = 'day'
    where
        watched.observed is not null
        and case watched.grain
            when 'day' then {{ dbt.dateadd('day', 1, 'watched.period_start') }}
            when 'week' then {{ dbt.dateadd('day', 7, 'watched.period_start') }}
            else {{ dbt.dateadd('month', 1, 'watched.period_start') }}
        end <= cutoff.first_unfinished_date
        and (events.event_key is null or (events.event_key = 'promotion' and watched.measure = 'value'))
        and (
            watched.measure = 'n'
            or (
                watched.measure = 'value'
                and watched.n >= watched.min_n
                and not watched.is_small_n
                and watched.maturity_rate >= {{ var('alert_min_maturity_rate') }}
            )
        )
)

select
    {{ stable_id(['rule_id', 'kpi_id', 'channel', 'topic', 'team', 'responder']) }} as series_id,
    rule_id,
    kpi_id,
    measure,
    grain,
    slice,
    channel,
    topic,
    team,
    responder,
    method,
    direction,
    status,
    period_start,
    observed,
    -- A share is its sums; any other number counts once.
    case when is_share then numerator else observed end as numerator,
    case when is_share then denominator else 1 end as denominator,
    target,
    n,
    hysteresis_periods,
    {{ iso_weekday('period_start') }} as iso_weekday,
    row_number() over (
        partition by rule_id, kpi_id, channel, topic, team, responder
        order by period_start
    ) as position,
    is_share
from judged
