with

periods as (
    select
        kpi_id,
        grain,
        period_start,
        value,
        n,
        maturity_rate,
        (ci_high - ci_low) / 2 as ci_half_width,
        target,
        status
    from {{ ref('kpi_values') }}
    where grain in ('month', 'quarter') and slice = 'all'
),

registry as (
    select * from {{ ref('kpi_registry') }}
),

actions as (
    select * from {{ ref('review_actions') }}
),

cutoff as (
    select {{ first_incomplete_date('as_of', 'newest_contact_at') }} as first_incomplete_date from {{ ref('stg_landing__as_of') }}
),

-- The slice that lay furthest beyond its target, among those large enough to say so. A team only where nothing else is known:
-- contacts count where they ended, and escalations end in some teams by design. Nobody can act on what is unknown.
misses as (
    select
        *,
        coalesce(channel, topic, team) as segment,
        row_number() over (
            partition by kpi_id, grain, period_start
            order by
                case slice when 'team' then 1 else 0 end asc,
                abs(value - target) desc,
                slice asc,
                coalesce(channel, topic, team) asc
        ) as gap_rank
    from {{ ref('kpi_values') }}
    where
        grain in ('month', 'quarter')
        and slice in ('channel', 'topic', 'team')
        and status in ('warn', 'bad')
        and not is_small_n
        and coalesce(channel, topic, team) <> 'unknown'
),

-- The topic and the channel that moved a period most in the direction of its change.
drivers as (
    select
        kpi_id,
        grain,
        period_start,
        max(case when dimension = 'topic' then segment end) as driving_topic,
        max(case when dimension = 'topic' then effect end) as driving_topic_effect,
        max(case when dimension = 'channel' then segment end) as driving_channel,
        max(case when dimension = 'channel' then effect end) as driving_channel_effect
    from {{ ref('kpi_change_drivers') }}
    where
        compared_with = 'period_before' and effect_rank = 1 and dimension in ('topic', 'channel') and segment <> '(too few)'
    group by kpi_id, grain, period_start
),

compared as (
    select
        *,
        status in ('warn', 'bad') as is_missed,
        lag(value) over (partition by kpi_id, grain order by period_start) as previous_value,
        lag(ci_half_width) over (partition by kpi_id, grain order by period_start) as previous_half_width,
        lead(value) over (partition by kpi_id, grain order by period_start) as next_value,
        {{ dbt.dateadd('month', "case grain when 'month' then 1 else 3 end", 'period_start') }} as next_start,
        {{ dbt.dateadd('month', "case grain when 'month' then 2 else 6 end", 'period_start') }} as next_end
    from periods
)

-- An action taken on a period shows in the next: due when that ends, its effect what changed by then.
select
    compared.kpi_id,
    compared.grain,
    compared.period_start,
    registry.family,
    registry.name_en as kpi_name,
    registry.unit,
    compared.value,
    compared.previous_value,
    compared.value - compared.previous_value as change,
    abs(compared.value - compared.previous_value) > sqrt(
        compared.ci_half_width * compared.ci_half_width + compared.previous_half_width * compared.previous_half_width
    ) as is_change_beyond_chance,
    case registry.direction
        when 'higher' then compared.value > compared.previous_value
        when 'lower' then compared.value < compared.previous_value
    end as is_better,
    compared.n,
    compared.maturity_rate,
    cast(compared.next_start as date) <= cutoff.first_incomplete_date as is_complete,
    compared.target,
    compared.status,
    drivers.driving_topic,
    drivers.driving_topic_effect,
    drivers.driving_channel,
    drivers.driving_channel_effect,
    misses.slice as worst_slice,
    misses.segment as worst_segment,
    misses.value as worst_value,
    misses.target as worst_target,
    case when compared.is_missed then coalesce(own.action, other.action) end as proposed_action,
    case when compared.is_missed then coalesce(own.owner_role, other.owner_role) end as owner_role,
    case when compared.is_missed then cast(compared.next_end as date) end as due_date,
    case when compared.is_missed then compared.next_value - compared.value end as later_change
from compared
cross join cutoff
inner join registry on registry.kpi_id = compared.kpi_id
left join drivers
    on
        drivers.kpi_id = compared.kpi_id
        and drivers.grain = compared.grain
        and drivers.period_start = compared.period_start
left join misses
    on
        misses.kpi_id = compared.kpi_id
        and misses.grain = compared.grain
        and misses.period_start = compared.period_start
        and misses.gap_rank = 1
left join actions as own on own.family = registry.family
left join actions as other on other.family = 'any'
