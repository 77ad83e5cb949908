with

periods as (
    select * from {{ ref('int_review_periods') }}
),

misses as (
    select * from {{ ref('int_review_misses') }}
),

-- The topic and the channel that moved a month most in the direction of its change.
drivers as (
    select
        kpi_id,
        grain,
        period_start,
        {% for dimension in ['topic', 'channel'] -%}
        max(case when dimension = '{{ dimension }}' then segment end) as driving_{{ dimension }},
        max(case when dimension = '{{ dimension }}' then effect end) as driving_{{ dimension }}_effect
        {{- ',' if not loop.last }}
        {% endfor %}
    from {{ ref('kpi_change_drivers') }}
    where compared_with = 'period_before' and effect_rank = 1 and dimension in ('topic', 'channel')
    group by
        kpi_id,
        grain,
        period_start
),

registry as (
    select * from {{ ref('kpi_registry') }}
),

actions as (
    select * from {{ ref('review_actions') }}
),

cutoff as (
    select {{ first_unfinished_date('as_of') }} as first_unfinished_date from {{ ref('stg_landing__as_of') }}
),

compared as (
    select
        *,
        lag(value) over (partition by kpi_id, grain order by period_start) as previous_value,
        lag(ci_half_width) over (partition by kpi_id, grain order by period_start) as previous_half_width,
        lead(value) over (partition by kpi_id, grain order by period_start) as next_value,
        case grain
            when 'month' then {{ dbt.dateadd('month', 1, 'period_start') }}
            else {{ dbt.dateadd('month', 3, 'period_start') }}
        end as next_period_start
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
    {{ rate('compared.n', 'compared.n + compared.n_pending') }} as maturity_rate,
    cast(compared.next_period_start as date) <= cutoff.first_unfinished_date as is_complete,
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
    case when compared.status in ('warn', 'bad') then coalesce(own.action, other.action) end as proposed_action,
    case when compared.status in ('warn', 'bad') then coalesce(own.owner_role, other.owner_role) end as owner_role,
    case
        when compared.status in ('warn', 'bad')
            then cast(case compared.grain
                when 'month' then {{ dbt.dateadd('month', 1, 'compared.next_period_start') }}
                else {{ dbt.dateadd('month', 3, 'compared.next_period_start') }}
            end as date)
    end as due_date,
    case when compared.status in ('warn', 'bad') then compared.next_value - compared.value end as later_change
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
left join actions as own on own.family = registry.family
left join actions as other on other.family = 'any'
