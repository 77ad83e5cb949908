select
    alerts.last_period,
    definitions.name_en as kpi_name,
    coalesce(alerts.channel, alerts.topic, alerts.team, alerts.responder, 'all') as cut,
    alerts.opening_signal as rule_name,
    alerts.signal_count,
    alerts.message
from marts.alerts
join marts.kpi_definitions as definitions using (kpi_id)
where alerts.is_open
order by alerts.last_period desc, alerts.opened_period desc, kpi_name
limit 12
