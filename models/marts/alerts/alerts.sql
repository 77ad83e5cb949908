with

signals as (
    select * from {{ ref('int_alert_signals') }}
),

registry as (
    select * from {{ ref('kpi_registry') }}
),

last_points as (
    select
        series_id,
        max(position) as last_position
    from signals
    group by series_id
),

-- Points that are not quiet. A pause longer than the rule's quiet periods ends what was before it.
unquiet as (
    select
        *,
        case
            when position - lag(position) over (partition by series_id order by position) <= hysteresis_periods then 0
            else 1
        end as is_first
    from signals
    where signal is not null or is_holding
),

stretched as (
    select
        *,
        sum(is_first) over (
            partition by series_id
            order by position rows between unbounded preceding and current row
        ) as stretch
    from unquiet
),

-- An episode opens with its first signal; what merely lingered before it is left out.
opened as (
    select
        *,
        sum(case when signal is not null then 1 else 0 end) over (
            partition by series_id, stretch
            order by position rows between unbounded preceding and current row
        ) as signals_so_far
    from stretched
),

ranked as (
    select
        *,
        row_number() over (partition by series_id, stretch order by severity desc, position asc) as severity_rank,
        row_number() over (partition by series_id, stretch order by position) as period_rank
    from opened
    where signals_so_far > 0
),

episodes as (
    select
        series_id,
        stretch,
        min(period_start) as opened_period,
        max(period_start) as last_period,
        max(position) as last_position,
        count(*) as period_count,
        count(signal) as signal_count,
        max(case when period_rank = 1 then signal end) as opening_signal
    from ranked
    group by series_id, stretch
),

worst as (
    select
        ranked.*,
        case when ranked.measure = 'n' then 'Contacts' else registry.name_en end as watched_name,
        case when ranked.measure = 'n' then 'count' else registry.unit end as unit
    from ranked
    inner join registry on registry.kpi_id = ranked.kpi_id
    where ranked.severity_rank = 1
)

select
    {{ stable_id(['worst.series_id', 'episodes.opened_period']) }} as alert_id,
    worst.rule_id,
    worst.kpi_id,
    worst.measure,
    worst.grain,
    worst.slice,
    worst.channel,
    worst.topic,
    worst.team,
    worst.responder,
    worst.bot,
    worst.method,
    episodes.opening_signal,
    episodes.opened_period,
    episodes.last_period,
    worst.period_start as worst_period,
    worst.observed as worst_value,
    worst.n as worst_n,
    worst.expected as baseline,
    worst.lower_limit,
    worst.upper_limit,
    episodes.period_count,
    episodes.signal_count,
    last_points.last_position - episodes.last_position < worst.hysteresis_periods as is_open,
    worst.watched_name
    || case when worst.slice = 'all' then '' else ', ' || worst.slice || ' '
        || coalesce(worst.channel, worst.topic, worst.team, worst.responder, worst.bot) end
    || ': ' || {{ shown('worst.observed', 'worst.unit', 'worst.expected') }}
    || case when worst.grain = 'day' then ' on ' else ' in the ' || worst.grain || ' of ' end
    || cast(worst.period_start as {{ dbt.type_string() }})
    || case when worst.method = 'threshold' then '; target ' else '; expected ' end
    || {{ shown('worst.expected', 'worst.unit', 'worst.observed') }}
    || coalesce(', limits ' || {{ shown('worst.lower_limit', 'worst.unit', 'worst.observed') }}
        || ' to ' || {{ shown('worst.upper_limit', 'worst.unit', 'worst.observed') }}, '')
    || '; signals since ' || cast(episodes.opened_period as {{ dbt.type_string() }}) || ': '
    || cast(episodes.signal_count as {{ dbt.type_string() }}) as message
from episodes
inner join worst on worst.series_id = episodes.series_id and worst.stretch = episodes.stretch
inner join last_points on last_points.series_id = episodes.series_id
