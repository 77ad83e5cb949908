-- A handle time never stands without the quality of the same slice and period.
with beside as (
    select
        grain,
        period_start,
        concat_ws('|', slice, channel, topic, team, responder, bot) as cut,
        max(case kpi_id when 'fcr_issue_48h' then value end) as fcr,
        max(case kpi_id when 'csat_top_box' then value end) as csat
    from marts.kpi_values
    where kpi_id in ('fcr_issue_48h', 'csat_top_box')
    group by all
)

select
    alerts.last_period,
    definitions.name_en as kpi_name,
    coalesce(alerts.channel, alerts.topic, alerts.team, alerts.responder, alerts.bot, 'all') as cut,
    alerts.opening_signal as rule_name,
    alerts.signal_count,
    case
        when alerts.kpi_id like '%handle_time%'
            then concat(
                alerts.message,
                '; beside it, first contact resolution ', coalesce(format('{:.1f} %', 100 * beside.fcr), 'of too few'),
                ', satisfied ', coalesce(format('{:.1f} %', 100 * beside.csat), 'of too few')
            )
        else alerts.message
    end as message
from marts.alerts
join marts.kpi_definitions as definitions using (kpi_id)
left join beside
    on
        beside.grain = alerts.grain
        and beside.period_start = alerts.worst_period
        and beside.cut = concat_ws('|', alerts.slice, alerts.channel, alerts.topic, alerts.team, alerts.responder, alerts.bot)
where alerts.is_open
order by definitions.is_headline desc, alerts.last_period desc, alerts.opened_period desc, kpi_name
limit 15
