select
    team,
    left(agent_key, 8) as agent,
    handled_count,
    conversations_per_day,
    fcr_rate as fcr,
    format('{:.0f} to {:.0f} %', 100 * fcr_ci_low, 100 * fcr_ci_high) as fcr_interval,
    fcr_count,
    fcr_against_expected,
    csat_rate as csat,
    format('{:.0f} to {:.0f} %', 100 * csat_ci_low, 100 * csat_ci_high) as csat_interval,
    csat_count,
    case when fcr_rate is not null and csat_rate is not null then handle_seconds_mean end as handle_time,
    coalesce(no_value_reason, case when csat_rate is null or fcr_rate is null then 'handle time: too few cases' end) as hidden
from marts.agent_performance
where month_start_date = $month
order by team, fcr_rank nulls last, handled_count desc, agent
