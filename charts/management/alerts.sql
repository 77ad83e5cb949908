-- A handle time never stands without the quality of the same slice and period.
with quality as (
    select
        grain,
        period_start,
        concat_ws('|', slice, channel, topic, team, responder) as cut,
        string_agg(
            format('{} {:.0f} %', case kpi_id when 'csat_top_box' then 'satisfied' else 'first contact resolution' end, 100 * value),
            ', ' order by kpi_id desc
        ) as said
    from marts.kpi_values
    where kpi_id in ('fcr_issue_48h', 'csat_top_box') and value is not null
    group by all
)

select
    alerts.last_period,
    definitions.name_en as kpi_name,
    coalesce(alerts.channel, alerts.topic, alerts.team, alerts.responder, 'all') as cut,
    alerts.opening_signal as rule_name,
    alerts.signal_count,
    case
        when alerts.kpi_id like '%handle_time%'
            then alerts.message || '; beside it: ' || coalesce(quality.said, 'too few to say of quality')
        else alerts.message
    end as message
from marts.alerts
join marts.kpi_definitions as definitions using (kpi_id)
left join quality
    on
        quality.grain = alerts.grain
        and quality.period_start = alerts.worst_period
        and quality.cut = concat_ws('|', alerts.slice, alerts.channel, alerts.topic, alerts.team, alerts.responder)
where alerts.is_open
order by definitions.is_headline desc, alerts.last_period desc, alerts.opened_period desc, kpi_name
limit 15
