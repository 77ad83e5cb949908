{#-
    What each alert rule looks at: finished, mature and large enough periods of its KPI and slice, with what is expected
    of each and whether it signals. Two passes: the second learns nothing from what the first found beyond its limits.
-#}
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
        kpis.*,
        rules.rule_id,
        rules.measure,
        rules.method,
        rules.hysteresis_periods,
        case
            when rules.direction <> 'worse' then rules.direction
            when registry.direction = 'higher' then 'down'
            when registry.direction = 'lower' then 'up'
            else 'both'
        end as direction,
        case when rules.measure = 'n' then kpis.n else kpis.value end as observed,
        rules.measure = 'value' and registry.statistic = 'ratio' as is_share,
        rules.measure = 'n'
        or (
            kpis.n >= rules.min_n and not kpis.is_small_n and kpis.maturity_rate >= {{ var('alert_min_maturity_rate') }}
        ) as is_large_and_mature
    from {{ ref('kpi_values') }} as kpis
    inner join rules
        on
            coalesce(rules.kpi_id, kpis.kpi_id) = kpis.kpi_id
            and rules.grain = kpis.grain
            and rules.slice = kpis.slice
            and case rules.method
                when 'threshold' then kpis.target is not null
                else rules.kpi_id is not null or kpis.target is null
            end
    inner join registry on registry.kpi_id = kpis.kpi_id
    -- A slice of unknown channel, topic, team, responder or bot has nobody to act on an alert.
    where coalesce(kpis.channel, kpis.topic, kpis.team, kpis.responder, kpis.bot, '') <> 'unknown'
),

-- Holidays are left out, and days of promotions where contacts are counted, which promotions are meant to raise.
judged as (
    select watched.*
    from watched
    cross join cutoff
    left join events on events.date_day = watched.period_start and watched.grain = 'day'
    where
        watched.observed is not null
        and watched.is_large_and_mature
        and case watched.grain
            when 'day' then {{ dbt.dateadd('day', 1, 'watched.period_start') }}
            when 'week' then {{ dbt.dateadd('day', 7, 'watched.period_start') }}
            else {{ dbt.dateadd('month', 1, 'watched.period_start') }}
        end <= cutoff.first_unfinished_date
        and (events.event_key is null or (events.event_key = 'promotion' and watched.measure = 'value'))
),

points as (
    select
        *,
        {{ stable_id(['rule_id', 'kpi_id', 'channel', 'topic', 'team', 'coalesce(responder, bot)']) }} as series_id,
        row_number() over (
            partition by rule_id, kpi_id, channel, topic, team, responder, bot
            order by period_start
        ) as position
    from judged
),

-- A ratio is charted by numerator and denominator; any other value as one number per period.
charted as (
    select
        series_id,
        position,
        grain,
        measure,
        direction,
        n,
        observed,
        is_share,
        {{ iso_weekday('period_start') }} as iso_weekday,
        case when is_share then numerator else observed end as numerator,
        case when is_share then denominator else 1 end as denominator
    from points
    where method = 'control_chart'
),

{{ control_chart('first', 'charted', 'true') }},

recharted as (
    select
        charted.*,
        not coalesce(abs(first_limited.deviation) > 3 * first_limited.sigma, false) as is_ordinary
    from charted
    inner join first_limited
        on first_limited.series_id = charted.series_id and first_limited.position = charted.position
),

{{ control_chart('second', 'recharted', 'is_ordinary') }},

-- Where the rule looks one way only, the other way is no signal.
compared as (
    select
        *,
        case when is_share then greatest(expected - 3 * sigma * unit_of_chance, 0.0)
            else expected - 3 * sigma * unit_of_chance
        end as lower_limit,
        case when is_share then least(expected + 3 * sigma * unit_of_chance, 1.0)
            else expected + 3 * sigma * unit_of_chance
        end as upper_limit,
        case direction when 'down' then -deviation when 'up' then deviation else abs(deviation) end as severity,
        count(deviation) over last_eight = 8
        and min(sign(deviation)) over last_eight = max(sign(deviation)) over last_eight as is_eighth_on_one_side
    from second_limited
    where sigma is not null
    window last_eight as (partition by series_id order by position rows between 7 preceding and current row)
)

-- A threshold opens where the KPI is bad and stays open while it is between warning and target.
select
    points.*,
    case points.method when 'threshold' then points.target else compared.expected end as expected,
    compared.lower_limit,
    compared.upper_limit,
    case points.method when 'threshold' then abs(points.observed - points.target) else compared.severity end as severity,
    case
        when points.method = 'threshold' and points.status = 'bad' then 'target_missed'
        when compared.severity > 3 * compared.sigma then 'beyond_limit'
        when compared.severity > 0 and compared.is_eighth_on_one_side then 'eight_on_one_side'
    end as signal,
    points.method = 'threshold' and points.status = 'warn' as is_holding
from points
left join compared on compared.series_id = points.series_id and compared.position = points.position
