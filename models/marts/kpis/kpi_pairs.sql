{{ config(materialized='view') }}
select
    kpis.kpi_id,
    kpis.grain,
    kpis.period_start,
    kpis.slice,
    kpis.channel,
    kpis.topic,
    kpis.team,
    kpis.responder,
    kpis.bot,
    kpis.value,
    kpis.status,
    companions.companion_kpi_id,
    beside.value as companion_value,
    beside.status as companion_status,
    case when beside.value is null then coalesce(beside.no_value_reason, 'not_shown') end as companion_no_value_reason
from {{ ref('kpi_values') }} as kpis
inner join {{ ref('kpi_companions') }} as companions on companions.kpi_id = kpis.kpi_id
left join {{ ref('kpi_values') }} as beside
    on
        beside.kpi_id = companions.companion_kpi_id
        and beside.grain = kpis.grain
        and beside.period_start = kpis.period_start
        and beside.slice = kpis.slice
        and coalesce(beside.channel, '') = coalesce(kpis.channel, '')
        and coalesce(beside.topic, '') = coalesce(kpis.topic, '')
        and coalesce(beside.team, '') = coalesce(kpis.team, '')
        and coalesce(beside.responder, '') = coalesce(kpis.responder, '')
        and coalesce(beside.bot, '') = coalesce(kpis.bot, '')
where kpis.value is not null
