with

agent_months as (
    select * from {{ ref('int_agent_months') }}
),

-- What hides the team anywhere hides its agents here: their figures sum to the team's.
groups as (
    select
        period_start,
        team,
        min(case when agents_counted in ('worked', 'handled') then case when is_shown then 1 else 0 end end) as work_shown,
        min(case when agents_counted = 'rated' then case when is_shown then 1 else 0 end end) as ratings_shown
    from {{ ref('int_agent_groups') }}
    where grain = 'quarter'
    group by period_start, team
),

-- Shown only with enough cases, and in a group large enough that nobody is singled out.
placed as (
    select
        agent_months.*,
        cast(agent_months.csat_top_box_count as {{ type_double() }}) as csat_top,
        cast(agent_months.fcr_resolved_count as {{ type_double() }}) as fcr_resolved,
        count(case when agent_months.active_day_count > 0 then 1 end) over (
            partition by agent_months.month_start_date, agent_months.team
        ) as group_agent_count,
        coalesce(groups.work_shown, 0) = 1 as is_group_shown,
        coalesce(groups.work_shown, 0) = 1 and coalesce(groups.ratings_shown, 1) = 1 as is_rating_shown
    from agent_months
    left join groups
        on
            groups.period_start = cast({{ dbt.date_trunc('quarter', 'agent_months.month_start_date') }} as date)
            and groups.team = agent_months.team
),

judged as (
    select
        *,
        is_group_shown and handled_count >= {{ var('agent_min_cases') }} as is_handle_shown,
        is_group_shown and fcr_count >= {{ var('agent_min_cases') }} as is_fcr_shown,
        is_rating_shown and csat_count >= {{ var('agent_min_cases') }} as is_csat_shown
    from placed
),

measured as (
    select
        month_start_date,
        team,
        agent_key,
        group_agent_count,
        case when is_group_shown then active_day_count end as active_day_count,
        case when is_group_shown then owned_count end as owned_count,
        case when is_group_shown then handled_count end as handled_count,
        case when is_group_shown then fcr_count end as fcr_count,
        case when is_rating_shown then csat_count end as csat_count,
        case
            when not is_group_shown then 'small_group'
            when not (is_handle_shown or is_fcr_shown or is_csat_shown) then 'small_n'
        end as no_value_reason,
        case when is_group_shown then {{ rate('handled_count', 'active_day_count') }} end as conversations_per_day,
        case when is_group_shown then {{ rate('customer_day_count', 'active_day_count') }} end as customers_per_day,
        case when is_group_shown then {{ rate('handled_count * 3600', 'capacity_seconds') }} end
        as conversations_per_productive_hour,
        case when is_handle_shown then {{ rate('allocated_seconds', 'handled_count') }} end as handle_seconds_mean,
        case when is_handle_shown then {{ rate('allocated_seconds - expected_seconds', 'handled_count') }} end
        as handle_seconds_against_expected,
        case when is_csat_shown then {{ rate('csat_score', 'csat_count') }} end as csat_mean,
        case when is_csat_shown then {{ rate('csat_top_box_count', 'csat_count') }} end as csat_rate,
        case when is_csat_shown then {{ to_decimals(wilson_bound('csat_top', 'nullif(csat_count, 0)', -1), 12) }} end
        as csat_ci_low,
        case when is_csat_shown then {{ to_decimals(wilson_bound('csat_top', 'nullif(csat_count, 0)', 1), 12) }} end
        as csat_ci_high,
        case when is_fcr_shown then {{ rate('fcr_resolved_count', 'fcr_count') }} end as fcr_rate,
        case when is_fcr_shown then {{ to_decimals(wilson_bound('fcr_resolved', 'nullif(fcr_count, 0)', -1), 12) }} end
        as fcr_ci_low,
        case when is_fcr_shown then {{ to_decimals(wilson_bound('fcr_resolved', 'nullif(fcr_count, 0)', 1), 12) }} end
        as fcr_ci_high,
        case when is_fcr_shown then {{ rate('fcr_resolved_count - fcr_expected_count', 'fcr_count') }} end
        as fcr_against_expected
    from judged
)

-- Ranked by the lower end of the interval, so that ten of twelve stand above two of two.
select
    *,
    case when csat_ci_low is not null then rank() over (
        partition by month_start_date, team
        order by csat_ci_low desc nulls last
    ) end as csat_rank,
    case when fcr_ci_low is not null then rank() over (
        partition by month_start_date, team
        order by fcr_ci_low desc nulls last
    ) end as fcr_rank
from measured
